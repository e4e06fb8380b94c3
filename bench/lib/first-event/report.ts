/** What was measured of the first event, in tables and bars. */
import type { FaultState } from '../../../demo/faults/index.ts'
import type { Rung } from '../../../test/e2e/support/client.ts'
import { figure, median, ratios, spread, times } from '../stats.ts'
import type { Bar, Table } from '../types.ts'
import type { Contender, FirstEvent } from './page.ts'

const ATTEMPT_DELAY_MS = 500

export interface Fault {
  readonly name: string
  readonly state: Partial<FaultState>
  /** The best transport that works. */
  readonly rung: Rung
  /** The bar adds this to 1.2 × that transport, where there is a bar. */
  readonly extraMs?: number
}

export interface Visits {
  /** Of the first page load, and of the next one in the same browser context. */
  readonly first: FirstEvent[]
  readonly next: FirstEvent[]
}

export interface FaultResult {
  readonly raw: Visits
  readonly own: Visits
}

export type Faulty = ReadonlyMap<Fault, FaultResult>

/** By round trip in ms, then by contender. */
export type Healthy = ReadonlyMap<number, ReadonlyMap<Contender, FirstEvent[]>>

const TITLES = { websocket: 'WebSocket', eventsource: 'EventSource', longpoll: 'poll' } as const

function describe({ client, rung }: Contender): string {
  if (client === 'raw') return `raw ${TITLES[rung ?? 'websocket']}`
  return rung ? `Steadywire, ${TITLES[rung]} alone` : 'Steadywire'
}

const msOf = (found: readonly FirstEvent[]) => found.map(({ ms }) => ms)
const requestsOf = (found: readonly FirstEvent[]) => found.map(({ requests }) => requests)
const mostRequests = (found: readonly FirstEvent[]) => Math.max(...requestsOf(found))

const toRaw = (found: readonly FirstEvent[], raw: readonly FirstEvent[]) =>
  median(ratios(msOf(found), msOf(raw)))

/** Of the raw transport that a contender uses, in the same rounds. */
function rawOf(results: ReadonlyMap<Contender, FirstEvent[]>, { rung = 'websocket' }: Contender) {
  const raw = [...results].find(([one]) => one.client === 'raw' && one.rung === rung)
  return raw?.[1] ?? []
}

export function healthyTable(results: Healthy): Table {
  const rounds = Math.max(
    ...[...results.values()].flatMap((found) => [...found.values()].map(({ length }) => length)),
  )
  const rows = [...results].flatMap(([roundTripMs, byContender]) =>
    [...byContender].map(([contender, found]) => [
      `${roundTripMs} ms`,
      describe(contender),
      spread(msOf(found)),
      contender.client === 'raw' ? '–' : times(toRaw(found, rawOf(byContender, contender))),
      String(mostRequests(found)),
    ]),
  )

  return {
    title: 'Healthy network',
    columns: ['round trip', 'client', 'first event ms', 'to raw', 'requests'],
    rows,
    note: `Each ${rounds} times. From the call that connects, on a page just loaded, to the first event. All begin from the same cursor, and one event is ready \
after it. "to raw" is the median of the ratios to the raw transport in the same round; of Steadywire that negotiates, to raw WebSocket. \
"requests" is the most that the network saw until then. The proxy delays bytes, but not the opening of a TCP connection.`,
  }
}

export function faultTable(results: Faulty): Table {
  const rounds = Math.max(...[...results.values()].map(({ own }) => own.first.length))
  const rows = [...results].map(([{ name, rung }, { raw, own }]) => [
    name,
    TITLES[rung],
    spread(msOf(raw.first)),
    spread(msOf(own.first)),
    String(mostRequests(own.first)),
    spread(msOf(own.next)),
    times(toRaw(own.next, raw.next)),
    String(mostRequests(own.next)),
  ])

  return {
    title: 'Hostile network, 100 ms round trip, Steadywire that negotiates',
    columns: [
      'fault',
      'works',
      'that raw ms',
      'first event ms',
      'requests',
      'next load ms',
      'next load, to raw',
      'next load, requests',
    ],
    rows,
    note: `Each ${rounds} times. "works" is the best transport that works. An attempt that hangs is joined by the next transport after ${ATTEMPT_DELAY_MS} ms. \
"next load" is the next page load in the same browser profile while the fault lasts, beside the raw transport's second load. "buffered" is an \
EventSource whose response headers pass, and no byte of its body until it ends.`,
  }
}

export function healthyBars(results: Healthy): Bar[] {
  const byContender = results.get(100) ?? new Map<Contender, FirstEvent[]>()
  return [...byContender]
    .filter(([{ client }]) => client === 'Steadywire')
    .map(([contender, found]) => {
      const ratio = toRaw(found, rawOf(byContender, contender))
      const requests = mostRequests(found)
      return {
        figure: `first event, healthy, 100 ms round trip: ${describe(contender)}`,
        bar: '≤ 1.05 × raw, 1 request',
        measured: `${times(ratio)}, ${requests} request${requests === 1 ? '' : 's'}`,
        met: ratio <= 1.05 && requests === 1,
      }
    })
}

export function faultBars(results: Faulty): Bar[] {
  return [...results].flatMap(([{ name, rung, extraMs }, { raw, own }]) => {
    if (extraMs === undefined) return []
    const boundMs = extraMs + 1.2 * median(msOf(raw.first))
    const firstMs = median(msOf(own.first))
    const ratio = toRaw(own.next, raw.next)

    return [
      {
        figure: `first event, ${name}`,
        bar: `≤ ${figure(extraMs, 0)} ms + 1.2 × raw ${TITLES[rung]}`,
        measured: `${figure(firstMs, 0)} ms, bound ${figure(boundMs, 0)} ms`,
        met: firstMs <= boundMs,
      },
      {
        figure: `next page load, ${name}`,
        bar: `≤ 1.1 × raw ${TITLES[rung]}`,
        measured: times(ratio),
        met: ratio <= 1.1,
      },
    ]
  })
}

export function samplesOf(healthy: Healthy, faulty: Faulty): Record<string, readonly number[]> {
  const samples: Record<string, readonly number[]> = {}
  function add(name: string, found: readonly FirstEvent[]): void {
    samples[`${name}: ms`] = msOf(found)
    samples[`${name}: requests`] = requestsOf(found)
  }

  for (const [roundTripMs, byContender] of healthy) {
    for (const [contender, found] of byContender) {
      add(`${roundTripMs} ms, ${describe(contender)}`, found)
    }
  }
  for (const [{ name }, { raw, own }] of faulty) {
    add(`${name}, raw, first load`, raw.first)
    add(`${name}, raw, next load`, raw.next)
    add(`${name}, Steadywire, first load`, own.first)
    add(`${name}, Steadywire, next load`, own.next)
  }
  return samples
}
