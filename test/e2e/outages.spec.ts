/** No rung left, then all of them again: nothing is lost either way. */
import type { FaultMode, FaultState } from '../../demo/faults/index.ts'
import { expect, test } from './fixtures.ts'

/** Patience that fits a loopback network, also on a machine that has much else to do. */
const QUICK = {
  attemptDelayMs: 100,
  connectTimeoutMs: 1000,
  minDelayMs: 50,
  maxDelayMs: 300,
  ackTimeoutMs: 1500,
}

type Fault = readonly [name: string, state: Partial<FaultState>]

const everything = (mode: FaultMode): Partial<FaultState> => ({
  websocket: mode,
  eventsource: mode,
  longpoll: mode,
  post: mode,
})

const OUTAGES: readonly Fault[] = [
  ['refused', { network: 'refuse' }],
  ['never answered', { network: 'silent' }],
  ['opened but silent', everything('mute')],
  ['answered 503', everything('reject')],
  ["answered with a portal's page", everything('page')],
]

for (const [name, state] of OUTAGES) {
  // The panel's faults strike a stream that is open; here it opens into them.
  const tag = name === 'never answered' ? [] : ['@longer']
  test(`every rung ${name}, then free: at first and under load`, { tag }, async ({ world }) => {
    const { client, load, proxy } = world
    proxy.set(state)
    await client.connect(QUICK)
    await client.happened('retry', 2)
    expect(await client.count('open')).toBe(0)
    proxy.set({ ...everything('pass'), network: 'pass' })
    await client.inState('open')
    await world.startTraffic(100, 25)
    await client.received(load.last + 50)

    proxy.set(state)
    proxy.cut()
    await client.happened('retry', (await client.count('retry')) + 2)
    proxy.set({ ...everything('pass'), network: 'pass' })
    await client.received(load.last + 50)
    await world.expectWhole()
  })
}

test("long-poll, the last rung, answered with a portal's page, then free", async ({ world }) => {
  const { client, load, proxy } = world
  proxy.set({ longpoll: 'page' })
  await client.connect({ ...QUICK, rungs: ['longpoll'] })
  await client.happened('retry', 2)
  proxy.set({ longpoll: 'pass' })
  await client.openOver('longpoll')
  await world.startTraffic(100, 25)
  await client.received(load.last + 50)
  await world.expectWhole()
})

test('polls cut soon after their answer: each is made good', async ({ world }) => {
  const { client, load, proxy, requests } = world
  await client.connect({ ...QUICK, rungs: ['longpoll'] })
  await client.openOver('longpoll')
  await world.startTraffic(100, 25)
  await client.received(load.last + 20)
  proxy.set({ longpoll: 'cut-after-open', cutAfterMs: 0 })
  const hit = () => requests.filter(({ kind, mode }) => kind === 'longpoll' && mode !== 'pass')
  await expect.poll(() => hit().length).toBeGreaterThan(3)
  proxy.set({ longpoll: 'pass' })
  await client.received(load.last + 50)
  await world.expectWhole()
})

test.describe('with a heartbeat every second', () => {
  test.use({ serverOptions: { heartbeatMs: 1000 } })

  test('a connection that is half-open is given up and replaced', async ({ world }) => {
    const { client, load, proxy } = world
    // No messages: the missing heartbeat alone must tell.
    await client.connect({ ...QUICK, rungs: ['websocket'] })
    await client.openOver('websocket')
    load.start(100)
    await client.received(load.last + 50)

    proxy.set({ network: 'half-open' })
    await client.happened('retry')
    proxy.set({ network: 'pass' })
    await client.received(load.last + 50)

    const { happenings } = await world.expectDown()
    expect(happenings.find(({ type }) => type === 'retry')).toMatchObject({
      detail: { cause: { reason: 'heartbeat' } },
    })
  })
})
