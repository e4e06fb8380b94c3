/** Group 8: CPU and bytes that a connected client costs the reference server, beside two servers that people run. */
import {
  type Contender,
  type Cost,
  type Crowd,
  type CrowdOptions,
  contenders,
  gather,
} from '../lib/cost/measure.ts'
import { rotate } from '../lib/rotate.ts'
import { figure, median, ratios, spread, times } from '../lib/stats.ts'
import type { Context, Group, GroupResult, Table } from '../lib/types.ts'

interface Sizes extends CrowdOptions {
  /** The reference server's default. */
  readonly ownHeartbeatMs: number
  /** Of one measurement of idle clients. */
  readonly idleMs: number
  /** Of one measurement at one event a second. */
  readonly events: number
}

const full: Sizes = {
  clients: 300,
  heartbeatMs: 25_000,
  ownHeartbeatMs: 15_000,
  idleMs: 10_000,
  events: 3,
}
const quick: Sizes = {
  clients: 100,
  heartbeatMs: 6000,
  ownHeartbeatMs: 3600,
  idleMs: 3000,
  events: 1,
}
const smoke: Sizes = {
  clients: 5,
  heartbeatMs: 500,
  ownHeartbeatMs: 500,
  idleMs: 500,
  events: 1,
}

const KIB = 1024
const PROGRESS_MS = 10_000
const phases = ['idle', 'told'] as const
type Phase = (typeof phases)[number]
type Results = ReadonlyMap<Contender, Record<Phase, Cost[]>>

async function measureAll(
  context: Context,
  crowds: readonly Crowd[],
  sizes: Sizes,
): Promise<Results> {
  const results = new Map(
    crowds.map(({ contender }) => [contender, { idle: [] as Cost[], told: [] as Cost[] }]),
  )
  for (let repeat = 1; repeat <= context.repeats; repeat += 1) {
    // All at once: idle processes are not in each other's way, and each counts its own CPU time.
    const idle = crowds.map(async (crowd) => {
      results.get(crowd.contender)?.idle.push(await crowd.idle(sizes.idleMs))
    })
    await Promise.all(idle)
    context.progress(`idle, ${repeat} of ${context.repeats}`)
  }
  for (let repeat = 0; repeat < context.repeats; repeat += 1) {
    for (const crowd of rotate(crowds, repeat)) {
      results.get(crowd.contender)?.told.push(await crowd.told(sizes.events))
      const { name } = crowd.contender
      context.progress(`one event a second, ${repeat + 1} of ${context.repeats}, ${name}`)
    }
  }
  return results
}

const pick = (results: Results, contender: Contender, phase: Phase, key: keyof Cost) =>
  (results.get(contender)?.[phase] ?? []).map((cost) => cost[key])

const inKib = (values: readonly number[]) => spread(values.map((value) => value / KIB))

/** Beside the reference server's WebSocket. */
const [reference] = contenders

const heartbeatOf = ({ ownHeartbeat }: Contender, sizes: Sizes) =>
  ownHeartbeat ? sizes.ownHeartbeatMs : sizes.heartbeatMs

function tableOf(
  results: Results,
  sizes: Sizes,
  phase: Phase,
  { title, note }: { title: string; note: string },
): Table {
  const rows = contenders.map((contender) => {
    const cpu = pick(results, contender, phase, 'cpuMs')
    const to = reference ? pick(results, reference, phase, 'cpuMs') : []
    return [
      contender.server,
      contender.transport,
      `${heartbeatOf(contender, sizes) / 1000}`,
      spread(cpu),
      times(median(ratios(cpu, to))),
      inKib(pick(results, contender, phase, 'upBytes')),
      inKib(pick(results, contender, phase, 'downBytes')),
    ]
  })
  const columns = ['heartbeat s', 'CPU ms', 'to the first', 'up KiB', 'down KiB']
  return { title, columns: ['server', 'transport', ...columns], rows, note }
}

function tablesOf(results: Results, crowds: readonly Crowd[], sizes: Sizes): Table[] {
  const { clients, idleMs, events } = sizes
  const empty = median(crowds.map(({ emptyCpuMs }) => emptyCpuMs / clients))
  return [
    tableOf(results, sizes, 'idle', {
      title: 'Cost per idle client and hour',
      note: `${clients} clients in Node for each server, which has a process of its own and all of its defaults but connections that HTTP keeps \
for 2 minutes, and the heartbeat. By default Socket.IO and SockJS have one of 25 s and the reference server one of 15 s, which a full run changes to theirs, \
since idle traffic grows with the number of heartbeats: the last row has its own. Clients connect one after the other over one heartbeat, so that heartbeats are spread evenly, and \
are then measured for ${(idleMs * crowdRepeats(results)) / 1000} s, scaled to an hour. CPU is that of the whole process, and ${figure(empty)} ms of it is \
what it takes without any client. Bytes are what TCP carries, with a browser's request headers; "up" is to the server.${lostNote(crowds)}`,
    }),
    tableOf(results, sizes, 'told', {
      title: 'Cost per client and hour at one event a second',
      note: `One event of about 100 B of JSON is told to all ${clients} clients each second: ${events} in each repeat, scaled to an hour. Each server \
prints it once for all, or for each, as it does.`,
    }),
  ]
}

/** Nobody should be. */
function lostNote(crowds: readonly Crowd[]): string {
  const found = crowds.flatMap(({ contender, lost }) =>
    lost.length > 0
      ? [`${lost.length} of ${contender.name} (${[...new Set(lost)].join(', ')})`]
      : [],
  )
  return found.length > 0 ? ` Clients lost, and left out from then on: ${found.join('; ')}.` : ''
}

const crowdRepeats = (results: Results) => [...results.values()][0]?.idle.length ?? 0

function samplesOf(results: Results): Record<string, readonly number[]> {
  const entries = contenders.flatMap((contender) =>
    phases.flatMap((phase) =>
      (['cpuMs', 'upBytes', 'downBytes'] as const).map((key) => {
        const when = phase === 'idle' ? 'idle' : '1 event/s'
        const name = `${contender.name}, ${when}: ${key} per client and hour`
        return [name, pick(results, contender, phase, key)] as const
      }),
    ),
  )
  return Object.fromEntries(entries)
}

async function run(context: Context): Promise<GroupResult> {
  const sizes = context.smoke ? smoke : context.quick ? quick : full
  const say = () =>
    context.progress(`${contenders.length} × ${sizes.clients} clients connect, one after the other`)
  say()
  const timer = setInterval(say, PROGRESS_MS)
  const gathering = contenders.map((contender) =>
    gather(contender, { ...sizes, heartbeatMs: heartbeatOf(contender, sizes) }),
  )
  const crowds = await Promise.all(gathering).finally(() => clearInterval(timer))
  try {
    const results = await measureAll(context, crowds, sizes)
    return {
      tables: tablesOf(results, crowds, sizes),
      bars: [],
      samples: samplesOf(results),
    }
  } finally {
    for (const crowd of crowds) await crowd.close()
  }
}

export const serverCost: Group = {
  name: 'server-cost',
  title: 'Server cost: CPU and bytes of a client, idle and at one event a second',
  needsPeers: true,
  run,
}
