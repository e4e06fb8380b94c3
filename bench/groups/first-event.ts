/** Group 2: the time to the first event, beside the raw transports, on healthy and on hostile networks. */
import type { Browser } from 'playwright'
import { addTo } from '../lib/collect.ts'
import {
  type Contender,
  type FirstEvent,
  measureTurns,
  measureVisits,
  openStage,
  type Stage,
} from '../lib/first-event/page.ts'
import {
  type Fault,
  type FaultResult,
  type Faulty,
  faultBars,
  faultTable,
  type Healthy,
  healthyBars,
  healthyTable,
  samplesOf,
} from '../lib/first-event/report.ts'
import { chooseByMode } from '../lib/mode.ts'
import { rotate } from '../lib/rotate.ts'
import type { Context, Group, GroupResult } from '../lib/types.ts'

const ROUND_TRIPS_MS = [0, 100] as const

const NEGOTIATING: Contender = { client: 'Steadywire' }
const CONTENDERS: readonly Contender[] = [
  { client: 'raw', rung: 'websocket' },
  NEGOTIATING,
  { client: 'Steadywire', rung: 'websocket' },
  { client: 'raw', rung: 'eventsource' },
  { client: 'Steadywire', rung: 'eventsource' },
  { client: 'raw', rung: 'longpoll' },
  { client: 'Steadywire', rung: 'longpoll' },
]

const FAULTS: readonly Fault[] = [
  { name: 'WebSocket refused', rung: 'eventsource', state: { websocket: 'refuse' } },
  {
    name: 'WebSocket never answered',
    rung: 'eventsource',
    state: { websocket: 'hang' },
    extraMs: 500,
  },
  { name: 'WebSocket opens, mute', rung: 'eventsource', state: { websocket: 'mute' } },
  { name: 'EventSource buffered', rung: 'websocket', state: { eventsource: 'buffer' } },
  {
    name: 'refused, EventSource buffered',
    rung: 'longpoll',
    state: { websocket: 'refuse', eventsource: 'buffer' },
  },
  {
    name: 'never answered, EventSource buffered',
    rung: 'longpoll',
    state: { websocket: 'hang', eventsource: 'buffer' },
    extraMs: 1200,
  },
  {
    name: 'mute, EventSource buffered',
    rung: 'longpoll',
    state: { websocket: 'mute', eventsource: 'buffer' },
  },
]

/** The differences are a few milliseconds: less than what a busy machine adds now and then. */
const HEALTHY_ROUNDS = { full: 20, quick: 6, smoke: 1 }

async function measureHealthy(context: Context, stage: Stage): Promise<Healthy> {
  const browser = await context.launch()
  const results = new Map<number, Map<Contender, FirstEvent[]>>(
    ROUND_TRIPS_MS.map((ms) => [ms, new Map()]),
  )
  // The first page loads of a browser take longer than those after them.
  await measureTurns(browser, stage, CONTENDERS)

  const rounds = chooseByMode(context, HEALTHY_ROUNDS)
  for (let round = 0; round < rounds; round += 1) {
    for (const [roundTripMs, found] of results) {
      stage.proxy.set({ latencyMs: roundTripMs / 2 })
      const turns = rotate(CONTENDERS, round)
      const events = await measureTurns(browser, stage, turns)
      for (const [index, event] of events.entries()) {
        const contender = turns[index]
        if (contender) addTo(found, contender, event)
      }
    }
    context.progress(`healthy, round ${round + 1} of ${rounds}`)
  }
  return results
}

async function measureFault(
  browser: Browser,
  stage: Stage,
  fault: Fault,
  { raw, own }: FaultResult,
): Promise<void> {
  stage.proxy.set({ websocket: 'pass', eventsource: 'pass', ...fault.state })

  const both = [
    [raw, { client: 'raw', rung: fault.rung }],
    [own, NEGOTIATING],
  ] as const
  for (const [visits, contender] of rotate(both, own.first.length)) {
    const [first, next] = await measureVisits(browser, stage, contender)
    visits.first.push(first)
    visits.next.push(next)
  }
}

const noVisits = () => ({ first: [], next: [] })

async function measureFaults(context: Context, stage: Stage): Promise<Faulty> {
  const results = new Map(FAULTS.map((fault) => [fault, { raw: noVisits(), own: noVisits() }]))
  for (let repeat = 1; repeat <= context.repeats; repeat += 1) {
    // Chromium delays a renderer's WebSockets after many have failed: each visit has a fresh context, and so a fresh renderer.
    const browser = await context.launch()
    stage.proxy.set({ websocket: 'pass', eventsource: 'pass', latencyMs: 50 })
    await measureTurns(browser, stage, CONTENDERS)

    const visits = [...results, ...(context.quick ? [] : results)]
    for (const [fault, result] of visits) {
      await measureFault(browser, stage, fault, result)
      context.progress(`repeat ${repeat} of ${context.repeats}: ${fault.name}`)
    }
    await browser.close()
  }
  return results
}

async function run(context: Context): Promise<GroupResult> {
  const stage = await openStage()
  try {
    const healthy = await measureHealthy(context, stage)
    const faulty = await measureFaults(context, stage)
    return {
      tables: [healthyTable(healthy), faultTable(faulty)],
      bars: [...healthyBars(healthy), ...faultBars(faulty)],
      samples: samplesOf(healthy, faulty),
    }
  } finally {
    await stage.close()
  }
}

export const firstEvent: Group = {
  name: 'first-event',
  title: 'The first event, from a page just loaded',
  run,
}
