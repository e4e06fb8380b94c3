/** Where a reader's time goes: a CPU profile of the page over CDP, summed by function. */
import { basename } from 'node:path'
import type { Browser, CDPSession } from 'playwright'
import { figure } from '../stats.ts'
import type { Table } from '../types.ts'
import type { Case } from './cases.ts'
import type { Feed } from './feed.ts'
import { openPage, readCase } from './measure.ts'
import type { ReaderName } from './readers.ts'

const INTERVAL_US = 200
/** Upper bound of functions shown for each reader; none that takes less than a hundredth is shown. */
const SHOWN = 12
const LEAST = 0.01

/** Microseconds per event, by function. */
export type SelfTimes = ReadonlyMap<string, number>

type Profile = Awaited<ReturnType<typeof stop>>
type Frame = Profile['nodes'][number]['callFrame']

async function stop(session: CDPSession) {
  const { profile } = await session.send('Profiler.stop')
  return profile
}

/** The client's functions have their file, those of the reader and the listeners are marked, the engine's have a name only. */
function nameOf({ functionName, scriptId, url, lineNumber }: Frame): string {
  const name = functionName || '(anonymous)'
  if (url.endsWith('.js')) return `${name}, ${basename(url)}:${lineNumber + 1}`
  return scriptId === '0' ? name : `${name}, reader`
}

/** A sample lasts until the next one. */
function selfTimes({ nodes, samples = [], timeDeltas = [] }: Profile, count: number): SelfTimes {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  const times = new Map<string, number>()
  for (const [index, id] of samples.entries()) {
    const name = names.get(id) ?? '?'
    if (name === '(idle)') continue
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[index + 1] ?? 0) / count)
  }
  return times
}

export async function profileReader(
  browser: Browser,
  feed: Feed,
  reader: ReaderName,
  what: Case,
): Promise<SelfTimes> {
  const { page, session } = await openPage(browser, feed.readablePageUrl)
  // As for what is measured: everything is compiled by then.
  await readCase(page, feed, reader, what)

  await session.send('Profiler.enable')
  await session.send('Profiler.setSamplingInterval', { interval: INTERVAL_US })
  await session.send('Profiler.start')
  await readCase(page, feed, reader, what)

  const times = selfTimes(await stop(session), what.count)
  await page.close()
  return times
}

const sum = (times: SelfTimes) => [...times.values()].reduce((total, time) => total + time, 0)

const largest = (times: SelfTimes) =>
  [...times]
    .filter(([, time]) => time >= LEAST * sum(times))
    .sort(([, a], [, b]) => b - a)
    .slice(0, SHOWN)
    .map(([name]) => name)

/** Steadywire's functions first, by their time; then those that only the minimal reader has. */
export function profileTable(stream: string, own: SelfTimes, minimal: SelfTimes): Table {
  const cell = (time: number | undefined) => (time === undefined ? '–' : figure(time, 2))
  const names = [...new Set([...largest(own), ...largest(minimal)])]

  return {
    title: `Where the time goes: ${stream}`,
    columns: ['function', 'Steadywire µs', 'minimal µs'],
    rows: [
      ['all', cell(sum(own)), cell(sum(minimal))],
      ...names.map((name) => [name, cell(own.get(name)), cell(minimal.get(name))]),
    ],
    note: `Self time per event of the ${SHOWN} functions that take the most, each reader profiled once, a sample every ${INTERVAL_US} µs, after \
a stream of the same length. Of the build before it is minified, whose names can be read. (program) is the browser itself: receiving, dispatching, or waiting for a processor.`,
  }
}
