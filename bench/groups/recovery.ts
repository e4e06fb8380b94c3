/** Group 6: how long a page receives nothing after a fault, and what it loses, beside peers; the first note says which are left out. */

import { chooseByMode } from '../lib/mode.ts'
import { startPages } from '../lib/recovery/page.ts'
import {
  startEventSource,
  startPlainWebSocket,
  startSocketIo,
  startSockJs,
  startSteadywire,
} from '../lib/recovery/servers.ts'
import {
  type Fault,
  GONE_MS,
  type Outcome,
  PATIENCE_MS,
  runTurn,
  SLEEP_MS,
  type Subject,
} from '../lib/recovery/turn.ts'
import { figure, median, spread } from '../lib/stats.ts'
import type { Bar, Context, Group, GroupResult, Table } from '../lib/types.ts'

const WINDOW_MS = 500
/** What the reference server announces by default. */
const DEFAULT_WINDOW_MS = 1000
const BAR_MS = 450

const OWN: readonly Subject[] = [
  'Steadywire',
  'Steadywire, WebSocket alone',
  'Steadywire, EventSource alone',
  'Steadywire, poll alone',
].map((name) => ({ name, start: () => startSteadywire(WINDOW_MS) }))

const SUBJECTS: readonly Subject[] = [
  ...OWN,
  { name: 'Steadywire, 1 s, the default', start: () => startSteadywire(DEFAULT_WINDOW_MS) },
  { name: 'EventSource, retry: 500', start: () => startEventSource(WINDOW_MS) },
  { name: 'socket.io-client', start: startSocketIo },
  { name: 'socket.io-client, 500 ms', start: startSocketIo },
  { name: 'sockjs-client, timer of 1 s', start: startSockJs },
  { name: 'partysocket', start: startPlainWebSocket },
  { name: 'partysocket, 500 ms', start: startPlainWebSocket },
  { name: 'reconnecting-websocket', start: startPlainWebSocket },
  { name: 'reconnecting-websocket, 500 ms', start: startPlainWebSocket },
]

interface Part {
  readonly fault: Fault
  readonly title: string
  readonly note: string
  readonly rounds: Readonly<Record<'full' | 'quick' | 'smoke', number>>
  /** Pages at the same time: they mostly wait. */
  readonly lanes: number
}

const seconds = (ms: number) => `${ms / 1000} s`

const PARTS: readonly Part[] = [
  {
    fault: 'reset',
    title: 'After a reset (RST) of all connections',
    rounds: { full: 10, quick: 2, smoke: 1 },
    lanes: 5,
    note: `Silence in ms from the fault to the next event, under 200 events/s, each time in a page just loaded. Steadywire's server \
announces a window of ${WINDOW_MS} ms, and in a separate row of ${seconds(DEFAULT_WINDOW_MS)}, its default. Peers have their defaults, and in separate \
rows a first wait of ${WINDOW_MS} ms. The same number is not the same wait: Steadywire draws from 0 to ${WINDOW_MS} ms (on average \
${WINDOW_MS / 2}), socket.io-client from ${WINDOW_MS} ms ± 50 % (on average ${WINDOW_MS}), the WebSocket wrappers and EventSource ("retry: ${WINDOW_MS}") wait \
${WINDOW_MS} ms. So ${WINDOW_MS / 2} ms of the difference between these rows are the choice of the wait, not speed. socket.io has connectionStateRecovery; sockjs-client does not reconnect, so the page does after \
1 s, as its users write it. SockJS and the WebSocket wrappers cannot resume: what is lost is left to the application. A poll whose kept connection was reset is repeated by the browser itself. Not measured: @microsoft/signalr, centrifuge, \
phoenix and nchan, whose servers are no Node libraries; pusher-js and ably, which are clients of a service; and faye, which has a server for Node.`,
  },
  {
    fault: 'restart',
    title: `After a restart: the server is gone for ${seconds(GONE_MS)}`,
    rounds: { full: 5, quick: 1, smoke: 1 },
    lanes: 6,
    note: 'As above. Connections are cut, and refused until it is back. All servers keep their memory, as if it were in a database.',
  },
  {
    fault: 'sleep',
    title: `After ${seconds(SLEEP_MS)} of sleep`,
    rounds: { full: 5, quick: 1, smoke: 1 },
    lanes: 8,
    note: `From waking. The page's clocks and timers jump by ${seconds(SLEEP_MS)}, as of a computer whose lid is opened again; open connections \
are dead: the servers have noticed, but neither the network nor an event of the page says so. "none" is none within ${seconds(PATIENCE_MS)}.`,
  },
]

type Results = ReadonlyMap<Subject, Outcome[]>

async function measurePart(context: Context, pageUrl: string, part: Part): Promise<Results> {
  const browser = await context.launch()
  const results = new Map<Subject, Outcome[]>(SUBJECTS.map((subject) => [subject, []]))
  // Steadywire draws its wait from a window: it takes more turns to see the middle of it.
  const round = part.fault === 'reset' ? [...OWN, ...OWN, ...SUBJECTS] : SUBJECTS
  const length = chooseByMode(context, part.rounds)
  const turns = Array.from({ length }, () => round).flat()
  const count = turns.length

  async function takeTurns(): Promise<void> {
    for (let subject = turns.shift(); subject; subject = turns.shift()) {
      results.get(subject)?.push(await runTurn(browser, pageUrl, subject, part.fault))
      const done = [...results.values()].flat().length
      if (done % 10 === 0) context.progress(`${part.fault}, ${done} of ${count}`)
    }
  }

  await Promise.all(Array.from({ length: part.lanes }, takeTurns))
  await browser.close()
  return results
}

function describeSilence(outcomes: readonly Outcome[]): string {
  const values = outcomes.map(({ silenceMs }) => silenceMs)
  const ended = values.filter(Number.isFinite)
  if (ended.length === 0) return 'none'
  if (ended.length === values.length) return spread(values)
  return `${spread(ended)}; ${values.length - ended.length} × none`
}

const total = (outcomes: readonly Outcome[], key: 'published' | 'lost' | 'doubled') =>
  outcomes.reduce((sum, outcome) => sum + outcome[key], 0)

function tableOf({ title, note }: Part, results: Results): Table {
  const rows = [...results].map(([{ name }, outcomes]) => [
    name,
    describeSilence(outcomes),
    figure(total(outcomes, 'lost'), 0),
    figure(total(outcomes, 'doubled'), 0),
    figure(total(outcomes, 'published'), 0),
    String(outcomes.length),
  ])

  return {
    title,
    columns: ['client', 'silence ms', 'lost', 'doubled', 'of events', 'times'],
    rows,
    note,
  }
}

function barsOf(results: Results): Bar[] {
  return OWN.map((subject) => {
    const outcomes = results.get(subject) ?? []
    const silenceMs = median(outcomes.map((outcome) => outcome.silenceMs))
    const lost = total(outcomes, 'lost')
    const doubled = total(outcomes, 'doubled')

    return {
      figure: `silence after a reset, ${WINDOW_MS} ms announced: ${subject.name}`,
      bar: `median ≤ ${BAR_MS} ms, 0 lost, 0 doubled`,
      measured: `${figure(silenceMs, 0)} ms, ${lost} lost, ${doubled} doubled`,
      met: silenceMs <= BAR_MS && lost + doubled === 0,
    }
  })
}

function samplesOf({ fault }: Part, results: Results): Record<string, readonly number[]> {
  const entries = [...results].flatMap(([{ name }, outcomes]) =>
    (['silenceMs', 'lost', 'doubled', 'published'] as const).map(
      (key) => [`${fault}, ${name}: ${key}`, outcomes.map((outcome) => outcome[key])] as const,
    ),
  )
  return Object.fromEntries(entries)
}

async function run(context: Context): Promise<GroupResult> {
  const pages = await startPages()
  const tables: Table[] = []
  const bars: Bar[] = []
  let samples: GroupResult['samples'] = {}

  try {
    for (const part of PARTS) {
      const results = await measurePart(context, pages.url, part)
      tables.push(tableOf(part, results))
      samples = { ...samples, ...samplesOf(part, results) }
      if (part.fault === 'reset') bars.push(...barsOf(results))
    }
    return { tables, bars, samples }
  } finally {
    pages.close()
  }
}

export const recovery: Group = {
  name: 'recovery',
  title: 'Recovery: silence and loss after faults, 200 events/s',
  needsPeers: true,
  run,
}
