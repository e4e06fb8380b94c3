/** Starts a browser of each engine, as what they have in common. */
import { chromium, firefox } from '@playwright/test'
import type { EnginePage } from '../../e2e/support/page.ts'
import { startWebKit } from './webkit.ts'

export const engines = ['chromium', 'firefox', 'webkit'] as const
export type Engine = (typeof engines)[number]

/** Where the executables are; WebKitGTK is found by itself. */
export interface Executables {
  readonly chromium: string
  readonly firefox: string
}

/** A browser: of WebKitGTK each page is one, of the driver's. */
export interface EngineBrowser {
  newPage(): Promise<EnginePage>
  close(): Promise<void>
}

const launchers: Readonly<Record<Engine, (executables: Executables) => Promise<EngineBrowser>>> = {
  chromium: (executables) =>
    chromium.launch({
      executablePath: executables.chromium,
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    }),
  firefox: (executables) =>
    firefox.launch({ channel: 'moz-firefox', executablePath: executables.firefox }),
  webkit: startWebKit,
}

export const launchEngine = (engine: Engine, executables: Executables): Promise<EngineBrowser> =>
  launchers[engine](executables)
