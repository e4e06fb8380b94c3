/** What the specs use of a page, which all three engines have. */
import type { Page } from '@playwright/test'

export type EnginePage = Pick<
  Page,
  | 'on'
  | 'addInitScript'
  | 'goto'
  | 'reload'
  | 'goBack'
  | 'goForward'
  | 'evaluate'
  | 'waitForFunction'
  | 'close'
>
