/** The matrix: what is done to a stream that runs under load both ways, and when it counts as felt. */
import type { FaultMode, FaultState } from '../../demo/faults/index.ts'
import { type AnyRung, allRungs, type Rung } from '../e2e/support/client.ts'
import type { EngineWorld } from './fixtures.ts'

export interface Cell {
  readonly fault: string
  readonly rung: AnyRung
  /** Breaks it, waits until the fault was felt, and mends it. */
  strike(world: EngineWorld): Promise<void>
  /** How many gaps may and must be told. Default 0. */
  readonly gaps?: number
}

/** Waits for that many more waits before a retry. */
async function retried({ client }: EngineWorld, times: number): Promise<void> {
  const before = await client.count('retry')
  await client.happened('retry', before + times)
}

/** How the proxy sees it: a stream is a stream, whoever asks for it. */
const kindOf = (rung: AnyRung): Rung => (rung === 'fetchstream' ? 'eventsource' : rung)

/** A fault of new connections, felt by cutting the present one: until two attempts in a row failed. */
const block =
  (rung: AnyRung, mode: FaultMode, state: Partial<FaultState> = {}): Cell['strike'] =>
  async (world) => {
    const felt = retried(world, 2)
    const kind = kindOf(rung)
    world.proxy.set({ ...state, [kind]: mode })
    world.proxy.cut({ kind })
    await felt
    world.proxy.set({ [kind]: 'pass' })
  }

/** As `block`, of the network as a whole. */
const outage =
  (network: FaultState['network'], times = 2): Cell['strike'] =>
  async (world) => {
    const felt = retried(world, times)
    world.proxy.set({ network })
    if (network !== 'half-open') world.proxy.cut()
    await felt
    world.proxy.set({ network: 'pass' })
    world.proxy.cut() // what was half open stays dead
  }

const cut =
  (times: number): Cell['strike'] =>
  async ({ client, load, proxy }) => {
    for (let count = 0; count < times; count += 1) {
      await client.received(load.last + 20)
      proxy.cut()
    }
  }

const restart =
  (keepMemory: boolean, notice?: { reason: string }): Cell['strike'] =>
  async ({ backend, client, load }) => {
    await backend.restart({ keepMemory, ...(notice && { notice }) })
    await client.received(load.last + 10)
  }

/** Slow for a while: a hundred events have to come through. */
const slow =
  (state: Partial<FaultState>): Cell['strike'] =>
  async ({ client, load, proxy }) => {
    proxy.set(state)
    await client.received(load.last + 100)
    proxy.set({ latencyMs: 0, bytesPerSecond: 0 })
  }

/** A fault of the messages: until the server has had it twice. */
const upstream =
  (mode: FaultMode): Cell['strike'] =>
  async ({ proxy, requests, client, load }) => {
    const posts = () => requests.filter(({ kind }) => kind === 'post').length
    const before = posts()
    proxy.set({ post: mode })
    while (posts() < before + 2) await client.received(load.last + 5)
    proxy.set({ post: 'pass' })
  }

const everywhere: readonly (readonly [string, (rung: AnyRung) => Cell['strike']])[] = [
  ['reset three times (RST)', () => cut(3)],
  ['refused', (rung) => block(rung, 'refuse')],
  ['never answered', (rung) => block(rung, 'hang')],
  ['opened but silent', (rung) => block(rung, 'mute')],
  ['cut in the middle of an event', (rung) => block(rung, 'truncate')],
  ['answered 503', (rung) => block(rung, 'reject', { rejectStatus: 503 })],
  ['answered 404', (rung) => block(rung, 'reject', { rejectStatus: 404 })],
  ["answered with a portal's page", (rung) => block(rung, 'page')],
  ['server down', () => outage('refuse')],
  ['server never answers', () => outage('silent')],
  ['half-open', () => outage('half-open', 1)],
  ['150 ms each way and 40 kB/s', () => slow({ latencyMs: 150, bytesPerSecond: 40_000 })],
  ['server restarts in order', () => restart(true, { reason: 'restart' })],
  ['server crashes, its log is kept', () => restart(true)],
]

const posts: readonly (readonly [string, FaultMode])[] = [
  ['messages refused', 'refuse'],
  ['messages answered 503', 'reject'],
  ['answers to messages lost', 'lose-answer'],
]

export const cells: readonly Cell[] = [
  ...(['websocket', 'eventsource', 'fetchstream'] as const).map((rung) => ({
    fault: 'opened and soon cut',
    rung,
    strike: block(rung, 'cut-after-open', { cutAfterMs: 20 }),
  })),
  // The body of a poll comes whole or not at all.
  { fault: 'answers lost', rung: 'longpoll', strike: block('longpoll', 'lose-answer') },
  ...everywhere.flatMap(([fault, strike]) =>
    allRungs.map((rung) => ({ fault, rung, strike: strike(rung) })),
  ),
  ...(['eventsource', 'fetchstream', 'longpoll'] as const).flatMap((rung) => [
    ...posts.map(([fault, mode]) => ({ fault, rung, strike: upstream(mode) })),
  ]),
  { fault: 'buffered by a proxy', rung: 'eventsource', strike: block('eventsource', 'buffer') },
  { fault: 'buffered by a proxy', rung: 'fetchstream', strike: block('fetchstream', 'buffer') },
  { fault: 'buffered by a proxy', rung: 'websocket', strike: block('websocket', 'buffer') },
  ...allRungs.map((rung) => ({
    fault: 'server crashes, its log is lost',
    rung,
    strike: restart(false),
    gaps: 1,
  })),
]
