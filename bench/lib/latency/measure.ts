/** How old events are when a page receives them, and how long an echo takes: each measured in a fresh page. */
import type { Browser, Page } from 'playwright'
import type { TransportName } from '../transports.ts'
import type { LatencyLab, ReaderName, SenderName } from './lab.ts'
import type { LatencyServer } from './server.ts'

declare const lab: LatencyLab

export interface Rate {
  readonly perSecond: number
  readonly durationMs: number
}

/** In milliseconds. */
export interface Ages {
  /** By rate, in the order of the rates that were passed. */
  readonly byRate: readonly (readonly number[])[]
  /** How far the page's clock was behind the server's. */
  readonly clockOffsetMs: number
}

/** Not measured: code is being compiled, and a connection finds its pace. */
const WARM_UP_MS = 200
const WARM_UP_ROUND_TRIPS = 50

async function withPage<T>(
  browser: Browser,
  url: string,
  act: (page: Page) => Promise<T>,
): Promise<T> {
  // A context has a separate process.
  const context = await browser.newContext()
  const page = await context.newPage()
  try {
    await page.goto(url)
    return await act(page)
  } finally {
    await context.close()
  }
}

export function measureAges(
  browser: Browser,
  server: LatencyServer,
  [reader, transport]: readonly [ReaderName, TransportName],
  rates: readonly Rate[],
): Promise<Ages> {
  const origin = reader === 'raw' ? 'bare' : 'reference'
  return withPage(browser, server.pageUrl, async (page) => {
    const clockOffsetMs = await page.evaluate(() => lab.calibrate())
    const where = [reader, transport, server.next] as const
    await page.evaluate((what) => lab.listen(...what), where)

    const byRate: number[][] = []
    for (const { perSecond, durationMs } of rates) {
      const count = await server.publish(origin, perSecond, WARM_UP_MS + durationMs)
      const ages = await page.evaluate((all) => lab.ages(all), count)
      const measured = ages.slice(Math.round((WARM_UP_MS * perSecond) / 1000))
      byRate.push(measured.map((age) => age + clockOffsetMs))
    }
    return { byRate, clockOffsetMs }
  })
}

export function measureRoundTrips(
  browser: Browser,
  server: LatencyServer,
  sender: SenderName,
  count: number,
): Promise<readonly number[]> {
  return withPage(browser, server.pageUrl, async (page) => {
    const what = [sender, WARM_UP_ROUND_TRIPS + count] as const
    const all = await page.evaluate((args) => lab.roundTrips(...args), what)
    return all.slice(WARM_UP_ROUND_TRIPS)
  })
}
