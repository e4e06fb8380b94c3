/** What connections leave in a page's heap: each measured in a fresh page, several contenders at once, since heaps are separate. */
import type { Browser } from 'playwright'
import { type HeapPage, openHeapPage } from './heap.ts'
import type { Contender, MemoryLab } from './pages.ts'
import type { FloodRequest, MemoryServer } from './server.ts'

declare const lab: MemoryLab

/** In bytes, per connection. */
export interface Held {
  /** Of as many as were asked for, with the code that they share. */
  readonly each: number
  /** Of as many more after those. */
  readonly further: number
}

/** In bytes, of the page. */
export interface Course {
  /** After a tenth of the events, or after as many connections as are to come: by then the code that runs is compiled. */
  readonly warm: number
  readonly end: number
}

export interface Bench {
  readonly browser: Browser
  readonly server: MemoryServer
}

async function withPage<T>(
  { browser, server }: Bench,
  contender: Contender,
  act: (page: HeapPage) => Promise<T>,
): Promise<T> {
  const page = await openHeapPage(browser, server.pageUrl(contender))
  try {
    return await act(page)
  } finally {
    await page.close()
  }
}

export function measureHeld(bench: Bench, contender: Contender, count: number): Promise<Held> {
  return withPage(bench, contender, async ({ page, usedBytes }) => {
    const empty = await usedBytes()
    await page.evaluate((times) => lab.open(times), count)
    const some = await usedBytes()
    await page.evaluate((times) => lab.open(times), count)
    const more = await usedBytes()
    return { each: (some - empty) / count, further: (more - some) / count }
  })
}

export function measureCycles(bench: Bench, contender: Contender, count: number): Promise<Course> {
  return withPage(bench, contender, async ({ page, usedBytes }) => {
    const cycle = (times: number) => page.evaluate((n) => lab.cycle(n), times)
    await cycle(count)
    const warm = await usedBytes()
    await cycle(count)
    return { warm, end: await usedBytes() }
  })
}

/** Sends events to the page, and waits until `received` have come since its load. */
async function flood(
  { server }: Bench,
  { page }: HeapPage,
  what: FloodRequest,
  received: number,
): Promise<void> {
  await Promise.all([server.flood(what), page.evaluate((count) => lab.received(count), received)])
}

/** All of them through one connection. */
export function measureFlood(
  bench: Bench,
  contender: Contender,
  { count, ...how }: FloodRequest,
): Promise<Course> {
  return withPage(bench, contender, async (page) => {
    await page.page.evaluate(() => lab.listen(1))
    await flood(bench, page, { ...how, count: count / 10 }, count / 10)
    const warm = await page.usedBytes()
    await flood(bench, page, { ...how, count: count - count / 10 }, count)
    return { warm, end: await page.usedBytes() }
  })
}

/** Bytes that events leave behind in one connection, as the mean of several in a page that has read as many before. */
export function measureWindow(bench: Bench, contender: Contender, what: FloodRequest) {
  const connections = 20
  return withPage(bench, contender, async (page) => {
    await page.page.evaluate(() => lab.listen(1))
    await flood(bench, page, what, what.count)
    await page.page.evaluate((count) => lab.listen(count), connections)
    const idle = await page.snapshotBytes()
    await flood(bench, page, what, what.count * (connections + 2))
    return ((await page.snapshotBytes()) - idle) / connections
  })
}
