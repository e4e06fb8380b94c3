/** What tests of the demo's pages share: a demo of their own on free ports, and the page's parts by their names. */
import AxeBuilder from '@axe-core/playwright'
import { test as base, expect, type Locator, type Page } from '@playwright/test'
import type { Counters } from '../../demo/page/checker.ts'
import { startDemo } from '../../demo/server/index.ts'

type Demo = Awaited<ReturnType<typeof startDemo>>

export const test = base.extend<{ demo: Demo }>({
  demo: async ({ browserName: _ }, use) => {
    const demo = await startDemo({ port: 0 })
    await use(demo)
    await demo.close()
  },
})

export { expect }

/** A page's regions, by their headings. */
export const region = (page: Page, name: string): Locator => page.getByRole('region', { name })

/** A button of the fault panel's groups. */
export const fault = (page: Page, group: string, mode: string): Locator =>
  page
    .getByRole('group', { name: group, exact: true })
    .getByRole('radio', { name: mode, exact: true })

/** A fact of the connection as it is shown. */
export const fact = (page: Page, text: string | RegExp): Locator =>
  region(page, 'Connection').getByRole('definition').filter({ hasText: text })

/** The fault panel's summary, when it says this. */
export const summary = (page: Page, text: string): Locator =>
  region(page, 'Break the network').getByRole('status').filter({ hasText: text })

/** Long enough for the way back up to be tried again and again. */
const SWITCH_MS = 40_000

/** Waits until the page says that the stream flows over this transport. */
export async function expectOpenOver(page: Page, transport: string): Promise<void> {
  await expect(fact(page, transport)).toBeVisible({ timeout: SWITCH_MS })
  await expect(fact(page, /^Open$/)).toBeVisible({ timeout: SWITCH_MS })
}

declare global {
  interface Window {
    demo?: { readonly counters: Counters }
  }
}

/** What the page's own checker counted. */
export async function countersOf(page: Page): Promise<Counters> {
  const counters = await page.evaluate(() => window.demo?.counters)
  if (counters === undefined) throw new Error('The page has not started: window.demo is missing.')
  return counters
}

/** Waits for so many further ticks. */
export async function expectTicks(page: Page, count: number): Promise<void> {
  const goal = (await countersOf(page)).received + count
  await page.waitForFunction((n) => (window.demo?.counters.received ?? 0) >= n, goal)
}

/** Waits for further ticks and expects that all came, once and in order. */
export async function expectWhole(page: Page): Promise<void> {
  await expectTicks(page, 10)
  expect(await countersOf(page)).toMatchObject({ lost: 0, duplicated: 0, reordered: 0 })
  await expect(page.getByText('Every number came, once and in order.')).toBeVisible()
}

/** Opens the page and waits until the stream flows. */
export async function openDemo(page: Page, url: string, transport = 'WebSocket'): Promise<void> {
  await page.goto(url)
  await expectOpenOver(page, transport)
  await expectTicks(page, 3)
}

/** Expects that axe finds nothing, in light and in dark. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    const { violations } = await new AxeBuilder({ page }).analyze()
    const found = violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])
    expect(found, colorScheme).toEqual([])
  }
}
