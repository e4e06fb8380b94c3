/** Group 8: CPU and bytes that a connected client costs the reference server, beside two servers that are widely used. */
import {
  CONTENDERS,
  type Contender,
  type Cost,
  type Crowd,
  type CrowdOptions,
  gather,
  REFERENCE,
} from '../lib/cost/measure.ts'
import { chooseByMode } from '../lib/mode.ts'
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

const FULL: Sizes = {
  clients: 300,
  heartbeatMs: 25_000,
  ownHeartbeatMs: 15_000,
  idleMs: 10_000,
  events: 3,
}
const QUICK: Sizes = {
  clients: 100,
  heartbeatMs: 6000,
  ownHeartbeatMs: 3600,
  idleMs: 3000,
  events: 1,
}
const SMOKE: Sizes = {
  clients: 5,
  heartbeatMs: 500,
  ownHeartbeatMs: 500,
  idleMs: 500,
  events: 1,
}

const KIB = 1024
const PROGRESS_MS = 10_000
const PHASES = ['idle', 'busy'] as const
type Phase = (typeof PHASES)[number]
type Results = ReadonlyMap<Contender, Readonly<Record<Phase, Cost[]>>>

async function measureAll(
  context: Context,
  crowds: readonly Crowd[],
  sizes: Sizes,
): Promise<Results> {
  const results: Results = new Map(
    crowds.map(({ contender }) => [contender, { idle: [], busy: [] }]),
  )

  for (let repeat = 1; repeat <= context.repeats; repeat += 1) {
    // All at once: idle processes do not disturb each other, and each counts its own CPU time.
    const idle = crowds.map(async (crowd) => {
      results.get(crowd.contender)?.idle.push(await crowd.idle(sizes.idleMs))
    })
    await Promise.all(idle)
    context.progress(`idle, ${repeat} of ${context.repeats}`)
  }

  for (let repeat = 0; repeat < context.repeats; repeat += 1) {
    for (const crowd of rotate(crowds, repeat)) {
      results.get(crowd.contender)?.busy.push(await crowd.busy(sizes.events))
      const { name } = crowd.contender
      context.progress(`one event a second, ${repeat + 1} of ${context.repeats}, ${name}`)
    }
  }
  return results
}

const pick = (results: Results, contender: Contender, phase: Phase, key: keyof Cost) =>
  (results.get(contender)?.[phase] ?? []).map((cost) => cost[key])

const inKib = (values: readonly number[]) => spread(values.map((value) => value / KIB))

const heartbeatOf = ({ ownHeartbeat }: Contender, sizes: Sizes) =>
  ownHeartbeat ? sizes.ownHeartbeatMs : sizes.heartbeatMs

function tableOf(
  results: Results,
  sizes: Sizes,
  phase: Phase,
  { title, note }: { title: string; note: string },
): Table {
  const referenceCpu = pick(results, REFERENCE, phase, 'cpuMs')
  const rows = CONTENDERS.map((contender) => {
    const cpu = pick(results, contender, phase, 'cpuMs')
    return [
      contender.server,
      contender.transport,
      `${heartbeatOf(contender, sizes) / 1000}`,
      spread(cpu),
      times(median(ratios(cpu, referenceCpu))),
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
      note: `${clients} clients in Node for each server, which has a separate process and all of its defaults, except that HTTP keeps connections \
for 2 minutes, and the heartbeat. By default Socket.IO and SockJS have one of 25 s and the reference server one of 15 s, which a full run changes to theirs, \
since idle traffic grows with the number of heartbeats: the last row has the reference server's own. Clients connect one after the other over one heartbeat, so that heartbeats are spread evenly, and \
are then measured for ${(idleMs * crowdRepeats(results)) / 1000} s, scaled to an hour. CPU is that of the whole process, which takes ${figure(empty)} ms of it \
without any client. Bytes are what TCP carries, with a browser's request headers; "up" is to the server.${lostNote(crowds)}`,
    }),
    tableOf(results, sizes, 'busy', {
      title: 'Cost per client and hour at one event a second',
      note: `One event of about 100 B of JSON is published to all ${clients} clients each second: ${events} in each repeat, scaled to an hour. Each server \
serialises it once for all clients, or for each, as it does by default.`,
    }),
  ]
}

/** Empty unless clients were lost, which none should be. */
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
  const entries = CONTENDERS.flatMap((contender) =>
    PHASES.flatMap((phase) =>
      (['cpuMs', 'upBytes', 'downBytes'] as const).map((key) => {
        const when = phase === 'idle' ? 'idle' : '1 event/s'
        const name = `${contender.name}, ${when}: ${key} per client and hour`
        return [name, pick(results, contender, phase, key)] as const
      }),
    ),
  )
  return Object.fromEntries(entries)
}

async function gatherAll(context: Context, sizes: Sizes): Promise<readonly Crowd[]> {
  function say(): void {
    const crowds = `${CONTENDERS.length} × ${sizes.clients} clients`
    context.progress(`${crowds} connect, one after the other`)
  }
  say()
  const timer = setInterval(say, PROGRESS_MS)

  const gathering = CONTENDERS.map((contender) =>
    gather(contender, { ...sizes, heartbeatMs: heartbeatOf(contender, sizes) }),
  )
  return Promise.all(gathering).finally(() => clearInterval(timer))
}

async function run(context: Context): Promise<GroupResult> {
  const sizes = chooseByMode(context, { full: FULL, quick: QUICK, smoke: SMOKE })
  const crowds = await gatherAll(context, sizes)
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
