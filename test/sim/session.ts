// A random session: an hour of a world in which faults strike as scheduled, then a healthy end. Plain data, so it can be shrunk and kept.
import * as fc from 'fast-check'
import { seededRandom } from '../support/fake-environment.ts'
import type { SimClient } from './client.ts'
import { EPHEMERAL } from './content.ts'
import type { Exchange } from './exchange.ts'
import { type Fault, faults } from './faults/index.ts'
import { arbitraryHides, type Hide, startHide } from './hides.ts'
import type { TransportName } from './history.ts'
import { violationsOf } from './invariants.ts'
import type { KindName } from './kinds.ts'
import { createWorld, type World } from './world.ts'

export interface Strike {
  readonly atMs: number
  readonly fault: string
  readonly client: number
  /** In thousandths. */
  readonly amount: number
  readonly lastsMs: number
}

export interface Session {
  readonly seed: number
  readonly nodes: number
  readonly retain: number
  readonly outcomes: number
  readonly maxMessageBytes: number
  readonly heartbeatMs: number
  readonly clients: readonly {
    readonly kind?: KindName
    readonly transports: readonly TransportName[]
    readonly dynamicUrl: boolean
    readonly narrow: boolean
    readonly resumes: boolean
    readonly relative?: boolean
  }[]
  readonly strikes: readonly Strike[]
  readonly hides?: readonly Hide[]
  /** Events in one frame or write. Default 3. */
  readonly frame?: number
  readonly caching?: Caching
  readonly opaqueIds?: boolean
}

/** What answers to polls say to caches. */
const cachings = {
  nothing: {},
  'Last-Modified': { 'last-modified': 'Wed, 01 Jan 2025 00:00:00 GMT' },
  'max-age': { 'cache-control': 'max-age=60' },
} as const
type Caching = keyof typeof cachings

/** Faults strike for so long; then all is healed, and seen to its end. */
export const STORM_MS = 3_300_000
/** Servers that are down come back by themselves, at most so late. */
const REVIVAL_MS = 25_000

const all: readonly TransportName[] = ['websocket', 'eventsource', 'longpoll']
const [websocket, eventsource, longpoll] = all.map((name): readonly TransportName[] => [name]) as [
  readonly TransportName[],
  readonly TransportName[],
  readonly TransportName[],
]
const http = all.slice(1)

/** What kinds of clients with which transports, and how often. Raw frames have no ids to resume from. */
const setups: readonly (readonly [number, KindName, readonly (readonly TransportName[])[]])[] = [
  [12, 'whole', [all, all, websocket, eventsource, longpoll, http]],
  [1, 'whole, text', [all]],
  [3, 'core', [websocket, eventsource, longpoll]],
  [1, 'core, text', [websocket, eventsource, longpoll]],
  [3, 'plain', [all, websocket, eventsource, longpoll]],
  [3, 'plain, core, text', [websocket, eventsource, longpoll]],
  [2, 'resumable', [http, eventsource, longpoll]],
  [2, 'resumable, core, text', [eventsource, longpoll]],
  [1, 'resumable, header', [longpoll]],
]
const arbitrarySetup = fc.oneof(
  ...setups.map(([weight, kind, sets]) => ({
    weight,
    arbitrary: fc.constantFrom(...sets.map((transports) => ({ kind, transports }))),
  })),
)

/** Those that end a client for good are rare: the rest of the hour would be idle. */
const ENDING =
  /^(close\(\)|stream is over|401 at each message|204 to EventSource|status (204|40\d|410)|close code (1008|4\d\d\d))$/

const faultNames = faults.map(({ name }) => name)
const arbitraryFault = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom(...faultNames.filter((name) => !ENDING.test(name))) },
  { weight: 1, arbitrary: fc.constantFrom(...faultNames.filter((name) => ENDING.test(name))) },
)

export const arbitrarySession: fc.Arbitrary<Session> = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
  nodes: fc.integer({ min: 1, max: 3 }),
  retain: fc.constantFrom(1000, 1000, 30),
  outcomes: fc.constantFrom(1000, 1000, 3),
  maxMessageBytes: fc.constantFrom(65_536, 65_536, 300),
  heartbeatMs: fc.constantFrom(15_000, 5000, 20_000),
  clients: fc.array(
    fc
      .tuple(
        arbitrarySetup,
        fc.record({
          dynamicUrl: fc.boolean(),
          narrow: fc.boolean(),
          resumes: fc.boolean(),
          relative: fc.boolean(),
        }),
      )
      .map(([setup, rest]) => ({ ...setup, ...rest })),
    { minLength: 1, maxLength: 3 },
  ),
  frame: fc.constantFrom(3, 100),
  opaqueIds: fc.boolean(),
  caching: fc.constantFrom<Caching>('nothing', 'Last-Modified', 'max-age'),
  hides: arbitraryHides(STORM_MS),
  strikes: fc.array(
    fc.record({
      atMs: fc.integer({ min: 0, max: STORM_MS }),
      fault: arbitraryFault,
      client: fc.nat(2),
      amount: fc.nat(999),
      lastsMs: fc.integer({ min: 1, max: 90_000 }),
    }),
    { minLength: 1, maxLength: 60, size: 'max' },
  ),
})

/** Whether a fault has something to strike in an exchange, as it is now. */
export const suits = (
  { needs: need, only }: Pick<Fault, 'needs' | 'only'>,
  exchange: Exchange,
  world: World,
): boolean => {
  const { over, gone, down, answered, opened, transport } = exchange
  if (over || need === 'nothing' || (only && only !== transport)) return false
  if (need === 'post') return transport === 'post' && !answered && !gone
  // What the server has let go of may still be coming.
  if (gone) return need === 'connection' && down.partial
  if (need === 'request') return !answered
  if (need === 'websocket') return transport === 'websocket' && opened
  return (
    need === 'connection' || [...world.servers.talks].some((talk) => talk.exchange === exchange)
  )
}

/** Strikes, and answers how to heal; nothing where there is nothing to strike. */
export const strike = (
  world: World,
  client: SimClient,
  fault: Fault,
  amount: number,
  exchange?: Exchange,
): (() => void) | undefined => {
  const { name, needs, isUnfelt = false } = fault
  const target = exchange ?? client.exchanges().find((candidate) => suits(fault, candidate, world))
  if (!target && !/^(nothing|request|post)$/.test(needs)) return undefined
  world.history.add({ kind: 'fault', name, client: client.number, isUnfelt })
  return fault.strike({ world, client, exchange: needs === 'nothing' ? undefined : target, amount })
}

/** Events and messages now and then, as long as the storm lasts. */
const startTraffic = ({ clock, clients, publish, servers }: World, seed: number) => {
  const random = seededRandom(seed + 7)
  const until = clock.Date.now() + STORM_MS
  const again = (meanMs: number, deed: () => void) => {
    const waitMs = -Math.log(1 - random()) * meanMs
    if (clock.Date.now() + waitMs > until) return
    clock.setTimeout(() => {
      deed()
      again(meanMs, deed)
    }, waitMs)
  }
  again(12_000, () => {
    for (let count = random() < 0.05 ? 40 : 1; count > 0; count--) publish()
  })
  again(120_000, () => servers.shout('tick', EPHEMERAL))
  const chance = seededRandom(seed + 17)
  for (const client of clients) {
    client.page.leaving = () => chance() < 0.5 && client.send()
    again(40_000, () => {
      if (client.page.frozen) return
      for (let count = random() < 0.1 ? 8 : 1; count > 0; count--) client.send(random() * 200)
      if (chance() < 0.3) client.sendLimited(chance())
    })
  }
}

/** Heals the world and sees it to its end. */
export const conclude = async (world: World, heals: Iterable<() => void>): Promise<string[]> => {
  for (const heal of heals) heal()
  await world.clock.advance(REVIVAL_MS)
  world.history.add({ kind: 'healed' })
  await world.recover()
  await world.finish()
  return violationsOf(world.history.entries)
}

const findFault = (name: string): Fault => {
  const fault = faults.find((candidate) => candidate.name === name)
  if (!fault) throw new Error(`There is no fault "${name}": see test/sim/faults`)
  return fault
}

/** Answers what is wrong, and the world for who wants to look into it. */
export const runSession = async (session: Session): Promise<{ wrong: string[]; world: World }> => {
  const { seed, strikes, hides = [], heartbeatMs, maxMessageBytes, ...setup } = session
  const { frame = 3, caching = 'nothing' } = session
  const terms = { heartbeatMs, maxMessageBytes, frame, caching: cachings[caching] }
  const world = createWorld({ ...setup, seed, terms })
  const { clock, clients } = world
  const heals = new Set<() => void>()
  startTraffic(world, seed)
  for (const plan of hides) startHide(world, plan, seed)
  for (const { atMs, fault, client: number, amount, lastsMs } of strikes) {
    clock.setTimeout(() => {
      const client = clients[number % clients.length] as SimClient
      const undo = strike(world, client, findFault(fault), amount / 1000)
      if (!undo) return
      const heal = () => {
        if (heals.delete(heal)) undo()
      }
      heals.add(heal)
      clock.setTimeout(heal, lastsMs)
    }, atMs)
  }
  await clock.advance(STORM_MS)
  // Some clients end in the middle of it.
  if (seed % 4 === 0) for (const client of clients) if (!client.page.frozen) client.close()
  return { wrong: await conclude(world, heals), world }
}
