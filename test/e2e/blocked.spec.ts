/** A transport blocked in every way there is: the stream goes on over the next one, and comes back, and loses nothing. */
import type { FaultMode, FaultState } from '../../demo/faults/index.ts'
import { expect, test } from './fixtures.ts'
import type { Rung } from './support/client.ts'
import type { World } from './support/world.ts'

interface Block {
  readonly name: string
  readonly mode: FaultMode
  readonly state?: Partial<FaultState>
}

/** The four ways of the promise, and what stands in for them in the field. */
const BLOCKS: readonly Block[] = [
  { name: 'refused', mode: 'refuse' },
  { name: 'never answered', mode: 'hang' },
  { name: 'opened but silent', mode: 'mute' },
  { name: 'opened and soon dead', mode: 'cut-after-open', state: { cutAfterMs: 20 } },
  { name: 'answered 503', mode: 'reject' },
  { name: 'answered 404', mode: 'reject', state: { rejectStatus: 404 } },
  { name: "answered with a portal's page", mode: 'page' },
]
const EVENT_SOURCE_BLOCKS: readonly Block[] = [
  ...BLOCKS,
  { name: 'buffered', mode: 'buffer' },
  { name: 'cut in the middle of an event', mode: 'truncate' },
]

/** One of each kind for every run; the others of this kind are also in the demo's panel and in the engines' matrix. */
const SAMPLES = ['never answered', 'opened and soon dead', 'cut in the middle of an event']
const tagOf = ({ name }: Block) => (SAMPLES.includes(name) ? [] : ['@longer'])

/** Patience that fits a loopback network, also on a machine that has much else to do. */
const QUICK = {
  attemptDelayMs: 100,
  connectTimeoutMs: 1500,
  minDelayMs: 50,
  maxDelayMs: 300,
  probeDelayMs: 500,
}

interface Case {
  readonly ladder: readonly Rung[]
  readonly blocked: 'websocket' | 'eventsource'
  readonly fallback: Rung
}

async function blockAndFree(world: World, block: Block, how: Case): Promise<void> {
  const { client, load, proxy, backend } = world
  const { ladder, blocked, fallback } = how
  proxy.set({ ...block.state, [blocked]: block.mode })
  // There is an event to be had at once: what is cut in the middle of one must not wait for it.
  await load.publish(2)
  const lastEventId = String(backend.journal.ticks[0]?.id)
  await client.connect({ ...QUICK, rungs: ladder, lastEventId })
  await client.openOver(fallback)
  await world.startTraffic(100, 25)
  await client.received(load.last + 50)

  proxy.set({ [blocked]: 'pass' })
  await client.openOver(blocked)
  await client.received(load.last + 50)

  proxy.set({ [blocked]: block.mode })
  proxy.cut({ kind: blocked })
  await client.openOver(fallback)
  await client.received(load.last + 50)
  const { happenings } = await world.expectWhole(2)
  expect(happenings.find(({ type }) => type === 'transport')).toMatchObject({
    detail: { transport: blocked, previous: fallback },
  })
}

for (const block of BLOCKS) {
  const tag = tagOf(block)
  test(`WebSocket ${block.name}: on over EventSource, and back`, { tag }, async ({ world }) => {
    await blockAndFree(world, block, {
      ladder: ['websocket', 'eventsource', 'longpoll'],
      blocked: 'websocket',
      fallback: 'eventsource',
    })
  })
}

for (const block of EVENT_SOURCE_BLOCKS) {
  const tag = tagOf(block)
  test(`EventSource ${block.name}: on over long-poll, and back`, { tag }, async ({ world }) => {
    await blockAndFree(world, block, {
      ladder: ['eventsource', 'longpoll'],
      blocked: 'eventsource',
      fallback: 'longpoll',
    })
  })
}
