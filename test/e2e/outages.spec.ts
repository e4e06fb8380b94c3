/** No rung left, then all of them again; and the upstream blocked while the stream flows: nothing is lost either way. */
import type { FaultMode, FaultState } from '../../demo/faults/index.ts'
import { expect, test } from './fixtures.ts'

/** Patience that fits a loopback network. */
const quick = {
  attemptDelayMs: 100,
  connectTimeoutMs: 500,
  minDelayMs: 50,
  maxDelayMs: 300,
  ackTimeoutMs: 500,
}

type Fault = readonly [name: string, state: Partial<FaultState>]

const everything = (mode: FaultMode): Partial<FaultState> => ({
  websocket: mode,
  eventsource: mode,
  longpoll: mode,
  post: mode,
})

const outages: readonly Fault[] = [
  ['refused', { network: 'refuse' }],
  ['never answered', { network: 'silent' }],
  ['opened but silent', everything('mute')],
  ['answered 503', everything('reject')],
  ["answered with a portal's page", everything('page')],
]

for (const [name, state] of outages) {
  test(`every rung ${name}, then free: at first and under load`, async ({ freshWorld: world }) => {
    const { client, load, proxy } = world
    proxy.set(state)
    await client.connect(quick)
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

const pollFaults: readonly Fault[] = [
  ['refused', { longpoll: 'refuse' }],
  ['never answered', { longpoll: 'hang' }],
  ['opened but silent', { longpoll: 'mute' }],
  ['answered 503', { longpoll: 'reject' }],
  ["answered with a portal's page", { longpoll: 'page' }],
]

for (const [name, state] of pollFaults) {
  test(`long-poll, the last rung, ${name}, then free`, async ({ world }) => {
    const { client, load, proxy } = world
    proxy.set(state)
    await client.connect({ ...quick, rungs: ['longpoll'] })
    await client.happened('retry', 2)
    proxy.set({ longpoll: 'pass' })
    await client.openOver('longpoll')
    await world.startTraffic(100, 25)
    await client.received(load.last + 50)
    await world.expectWhole()
  })
}

const leakyPolls: readonly Fault[] = [
  ['cut soon after their answer', { longpoll: 'cut-after-open', cutAfterMs: 0 }],
  ['cut in the middle of an event', { longpoll: 'truncate', truncateAfterBlocks: 2 }],
  ['whose answer is lost', { longpoll: 'lose-answer' }],
]

for (const [name, state] of leakyPolls) {
  test(`polls ${name}: each is made good`, async ({ world }) => {
    const { client, load, proxy, requests } = world
    await client.connect({ ...quick, rungs: ['longpoll'] })
    await client.openOver('longpoll')
    await world.startTraffic(100, 25)
    await client.received(load.last + 20)
    proxy.set(state)
    const hit = () => requests.filter(({ kind, mode }) => kind === 'longpoll' && mode !== 'pass')
    await expect.poll(() => hit().length).toBeGreaterThan(3)
    proxy.set({ longpoll: 'pass' })
    await client.received(load.last + 50)
    await world.expectWhole()
  })
}

const postFaults: readonly Fault[] = [
  ['refused', { post: 'refuse' }],
  ['never answered', { post: 'hang' }],
  ['processed, but the answer muted', { post: 'mute' }],
  ['processed, but the answer lost', { post: 'lose-answer' }],
  ['cut soon after the answer began', { post: 'cut-after-open', cutAfterMs: 0 }],
  ['answered 503', { post: 'reject' }],
  ["answered with a portal's page", { post: 'page' }],
]

for (const rung of ['eventsource', 'longpoll'] as const) {
  for (const [name, state] of postFaults) {
    test(`${rung}: messages ${name}: each is processed once, in order`, async ({ world }) => {
      const { client, load, proxy, requests, backend } = world
      await client.connect({ ...quick, rungs: [rung] })
      await client.openOver(rung)
      await world.startTraffic(100, 50)
      await client.received(load.last + 20)
      proxy.set(state)
      const hit = () => requests.filter(({ kind, mode }) => kind === 'post' && mode !== 'pass')
      await expect.poll(() => hit().length).toBeGreaterThanOrEqual(3)
      proxy.set({ post: 'pass' })
      await client.received(load.last + 50)
      await world.expectWhole()
      if (name.startsWith('processed')) expect(backend.journal.repeated).toBeGreaterThan(0)
    })
  }
}

test.describe('with a heartbeat every second', () => {
  test.use({ serverOptions: { heartbeatMs: 1000 } })

  for (const rung of ['websocket', 'eventsource'] as const) {
    test(`${rung}: a connection that is half-open is given up and replaced`, async ({ world }) => {
      const { client, load, proxy } = world
      // No messages: the missing heartbeat alone must tell.
      await client.connect({ ...quick, rungs: [rung] })
      await client.openOver(rung)
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
  }
})
