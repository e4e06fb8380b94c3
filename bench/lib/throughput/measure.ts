/** How readers of a flood are measured: in pages of their own, by the browser's own counters. */
import type { Browser, CDPSession, Page } from 'playwright'
import { NAME_HELPER } from '../name-helper.ts'
import type { TransportName } from '../transports.ts'
import type { Feed } from './feed.ts'
import { READER_SCRIPT, type ReaderName, type Reading, readAll } from './readers.ts'

/** One kind of stream. */
export interface Case {
  readonly transport: TransportName
  readonly bytes: number
  /** Event blocks in one frame or write. */
  readonly batch: number
  readonly count: number
  /** Whether the ids descend: 1, else 0. Default 0. */
  readonly descending?: 0 | 1
  readonly types?: number
  /** For each type. */
  readonly listeners?: number
}

export interface Figures {
  readonly perSecond: number
  /** Of the main thread, per event. */
  readonly mainThreadUs: number
  readonly longestTaskMs: number
}

interface Opened {
  readonly page: Page
  readonly session: CDPSession
}

export async function openPage(browser: Browser, url: string): Promise<Opened> {
  const page = await browser.newPage()
  await page.addInitScript(`${NAME_HELPER}\n${READER_SCRIPT}`)
  await page.goto(url)
  return { page, session: await page.context().newCDPSession(page) }
}

/** Of the main thread's time, so far. */
async function busySeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN
}

export function readCase(page: Page, feed: Feed, reader: ReaderName, what: Case): Promise<Reading> {
  const { transport, bytes, batch, count, descending = 0, types = 1, listeners = 1 } = what
  const form = reader === 'raw JSON' ? 'json' : 'blocks'
  const url = feed.streamUrl({ count, bytes, batch, descending, types, form })
  return page.evaluate(readAll, { reader, transport, url, count, types, listeners })
}

export async function measureReader(
  browser: Browser,
  feed: Feed,
  reader: ReaderName,
  what: Case,
): Promise<Figures> {
  const { page, session } = await openPage(browser, feed.pageUrl)
  await session.send('Performance.enable')
  // A stream is long: what the engine compiles at its beginning is not what an event costs.
  await readCase(page, feed, reader, { ...what, count: Math.round(what.count / 3) })
  const before = await busySeconds(session)
  const { ms, count, longestTaskMs } = await readCase(page, feed, reader, what)
  const busy = (await busySeconds(session)) - before
  await page.close()
  return { perSecond: ((count - 1) / ms) * 1000, mainThreadUs: (busy * 1e6) / count, longestTaskMs }
}

/** Bytes allocated per event, what was collected meanwhile included, by the sampling heap profiler. */
export async function measureGarbage(
  browser: Browser,
  feed: Feed,
  reader: ReaderName,
  what: Case,
): Promise<number> {
  const { page, session } = await openPage(browser, feed.pageUrl)
  await session.send('HeapProfiler.enable')
  await session.send('HeapProfiler.startSampling', {
    samplingInterval: 8192,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  })
  await readCase(page, feed, reader, what)
  const { profile } = await session.send('HeapProfiler.stopSampling')
  const sum = (node: typeof profile.head): number =>
    node.children.reduce((total, child) => total + sum(child), node.selfSize)
  await page.close()
  return sum(profile.head) / what.count
}

/** `JSON.parse` of one event's data alone, in microseconds. */
export async function measureParse(browser: Browser, feed: Feed, bytes: number): Promise<number> {
  const { page } = await openPage(browser, feed.pageUrl)
  const micros = await page.evaluate((size) => {
    const count = Math.round(20_000_000 / size)
    const text = 'x'.repeat(size - 20)
    const texts = Array.from({ length: count }, (_, n) => `{"n":${n},"text":"${text}"}`)
    const start = performance.now()
    let sum = 0
    for (const one of texts) sum += JSON.parse(one).n
    return ((performance.now() - start) * 1000) / (sum > 0 ? count : 1)
  }, bytes)
  await page.close()
  return micros
}
