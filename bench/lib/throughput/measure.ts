/** How readers of a flood are measured: in pages of their own, by the browser's own counters. */
import type { Browser, CDPSession, Page } from 'playwright'
import { NAME_HELPER } from '../name-helper.ts'
import { rotate } from '../rotate.ts'
import type { Case, Contestant } from './cases.ts'
import type { Feed } from './feed.ts'
import { READER_SCRIPT, type ReaderName, type Reading, readAll } from './readers.ts'

export interface Figures {
  readonly perSecond: number
  /** Of the main thread, per event. */
  readonly mainThreadUs: number
  readonly longestTaskMs: number
}

/** Where a visit takes place. */
export interface Stand {
  readonly browser: Browser
  readonly feed: Feed
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

async function measureStream(
  { page, session }: Opened,
  feed: Feed,
  { reader, what }: Contestant,
): Promise<Figures> {
  const before = await busySeconds(session)
  const { ms, count, longestTaskMs } = await readCase(page, feed, reader, what)
  const busy = (await busySeconds(session)) - before
  return { perSecond: ((count - 1) / ms) * 1000, mainThreadUs: (busy * 1e6) / count, longestTaskMs }
}

/**
 * A page for each contestant, in which it first reads a whole stream that does not count: what the engine compiles is not
 * what an event costs. Then they read in turns, each turn beginning with another one.
 * @returns the figures of each contestant, in its order
 */
export async function measureVisit(
  { browser, feed }: Stand,
  contestants: readonly Contestant[],
  turns: number,
): Promise<readonly (readonly Figures[])[]> {
  const seats: { opened: Opened; contestant: Contestant; found: Figures[] }[] = []
  for (const contestant of contestants) {
    const opened = await openPage(browser, feed.pageUrl)
    await opened.session.send('Performance.enable')
    await readCase(opened.page, feed, contestant.reader, contestant.what)
    seats.push({ opened, contestant, found: [] })
  }

  for (let turn = 0; turn < turns; turn += 1) {
    for (const { opened, contestant, found } of rotate(seats, turn)) {
      found.push(await measureStream(opened, feed, contestant))
    }
  }

  for (const { opened } of seats) await opened.page.close()
  return seats.map(({ found }) => found)
}

/** Bytes allocated per event, what was collected meanwhile included, by the sampling heap profiler. */
export async function measureGarbage(
  { browser, feed }: Stand,
  { reader, what }: Contestant,
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
  await page.close()

  function sum(node: typeof profile.head): number {
    return node.children.reduce((total, child) => total + sum(child), node.selfSize)
  }
  return sum(profile.head) / what.count
}

/** `JSON.parse` of one event's data alone, in microseconds. */
export async function measureParse({ browser, feed }: Stand, bytes: number): Promise<number> {
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
