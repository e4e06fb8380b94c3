/** What tests of the demo's pages share: a demo for each worker, healthy before each test, and the page's parts by their names. */
import AxeBuilder from '@axe-core/playwright'
import { expect, type Locator, type Page } from '@playwright/test'
import { healthyState } from '../../demo/faults/index.ts'
import type { Counters } from '../../demo/page/checker.ts'
import { startDemo } from '../../demo/server/index.ts'
import { test as base, clear } from './stage.ts'
import type { TestWire } from './support/lab.ts'

type Demo = Awaited<ReturnType<typeof startDemo>>

/** Also how wide the page is, unless a test says otherwise. */
const VIEWPORT = { width: 1280, height: 720 }

/** For the whole worker, so that the browser compiles the page's scripts once. */
const withTheatre = base.extend<object, { readonly theatre: Demo }>({
  theatre: [
    async ({ browserName: _ }, use) => {
      const demo = await startDemo({ port: 0, retryMs: 200 })
      await use(demo)
      await demo.close()
    },
    { scope: 'worker' },
  ],
})

export const test = withTheatre.extend<{ readonly demo: Demo }>({
  /** With nothing broken, and no tick sent yet. */
  demo: async ({ theatre }, use) => {
    theatre.proxy.set(healthyState)
    theatre.restart(false)
    await use(theatre)
  },

  page: async ({ stage }, use) => {
    await stage.setViewportSize(VIEWPORT)
    await use(stage)
    stage.removeAllListeners('request')
    stage.removeAllListeners('console')
    stage.removeAllListeners('pageerror')
    await stage.unrouteAll()
    await stage.emulateMedia({ colorScheme: null, reducedMotion: null })
    await clear(stage)
  },

  context: async ({ stage }, use) => use(stage.context()),
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
const SWITCH_MS = 60_000

/** Waits until the page says that the stream flows over this transport. */
export async function expectOpenOver(page: Page, transport: string): Promise<void> {
  await expect(fact(page, transport)).toBeVisible({ timeout: SWITCH_MS })
  await expect(fact(page, /^Open$/)).toBeVisible({ timeout: SWITCH_MS })
}

/** An event of the connection. */
interface Told {
  readonly type: 'retry' | 'open' | 'gap'
  readonly continuity?: string
}

declare global {
  interface Window {
    demo?: { readonly wire: TestWire; readonly counters: Counters }
    told?: Told[]
  }
}

/** Writes down what the connection tells from now on: what is shown may be gone before a test looks. */
export async function record(page: Page): Promise<void> {
  await page.evaluate(() => {
    const told: Told[] = []
    window.told = told
    const connection = window.demo?.wire.connection
    connection?.on('retry', () => told.push({ type: 'retry' }))
    connection?.on('gap', () => told.push({ type: 'gap' }))
    connection?.on('open', ({ continuity }) => told.push({ type: 'open', continuity }))
  })
}

/** The events of these types since `record`. */
export async function told(page: Page, ...types: readonly Told['type'][]): Promise<Told[]> {
  const all = await page.evaluate(() => window.told)
  if (all === undefined) throw new Error('Nothing was written down: call record(page) first.')
  return all.filter(({ type }) => types.includes(type))
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
  await expectTicks(page, 5)
  expect(await countersOf(page)).toMatchObject({ lost: 0, duplicated: 0, reordered: 0 })
  await expect(page.getByText('Every number came, once and in order.')).toBeVisible()
}

/** Opens the page and waits until the stream flows. */
export async function openDemo(page: Page, url: string, transport = 'WebSocket'): Promise<void> {
  await page.goto(url)
  await expectOpenOver(page, transport)
  await expectTicks(page, 3)
}

/** Waits until every part of the page has the colours of this scheme: those that fade get there late. */
async function changeScheme(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await page.waitForFunction(
    (scheme) => matchMedia(`(prefers-color-scheme: ${scheme})`).matches,
    colorScheme,
  )

  await page.evaluate(async () => {
    const drawn = () => new Promise((done) => requestAnimationFrame(done))
    await drawn()
    await drawn() // what the first one set fading is there by now
    const fading = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
    await Promise.allSettled(fading.map(({ finished }) => finished))
  })
}

/** What axe finds, by rule, with the elements. The page has no frames, which is all that other modes are for. */
async function findViolations(page: Page, ...rules: readonly string[]): Promise<string[][]> {
  const builder = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode()
  if (rules.length > 0) builder.withRules([...rules])
  const { violations } = await builder.analyze()
  return violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])
}

/** Expects that axe finds nothing, in light and in dark, between which nothing but colours differs. */
export async function expectAccessible(page: Page): Promise<void> {
  await changeScheme(page, 'dark')
  expect(await findViolations(page, 'color-contrast'), 'dark').toEqual([])
  await changeScheme(page, 'light')
  expect(await findViolations(page), 'light').toEqual([])
}
