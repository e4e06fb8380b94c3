/** The upstream breaks while the stream flows over HTTP: each message is processed once, and the stream does not feel it. */
import type { FaultState } from '../../demo/faults/index.ts'
import type { Message } from '../../demo/server/index.ts'
import { expect, test } from './fixtures.ts'
import type { Rung } from './support/client.ts'
import { expectUntouched, type World } from './support/world.ts'

/** Patience that fits a loopback network, also on a machine that has much else to do. */
const QUICK = { minDelayMs: 50, maxDelayMs: 300, ackTimeoutMs: 1000 }

/** How many POSTs the proxy struck. */
const struck = ({ requests }: World) =>
  requests.filter(({ kind, mode }) => kind === 'post' && mode !== 'pass').length

/** Opens a stream that flows both ways. */
async function openUnderLoad(world: World, rung: Rung): Promise<void> {
  const { client, load } = world
  await client.connect({ ...QUICK, rungs: [rung] })
  await client.openOver(rung)
  await world.startTraffic(100, 50)
  await client.received(load.last + 20)
}

/** The panel has them never answered; the engines' matrix has them refused, answered 503, and with lost answers. */
const FAULTS: readonly (readonly [string, Rung, Partial<FaultState>])[] = [
  ['processed, but the answer muted', 'eventsource', { post: 'mute' }],
  ['processed, but the answer lost', 'longpoll', { post: 'lose-answer' }],
  ['cut soon after the answer began', 'eventsource', { post: 'cut-after-open', cutAfterMs: 0 }],
  ["answered with a portal's page", 'eventsource', { post: 'page' }],
]

for (const [name, rung, state] of FAULTS) {
  test(`${rung}: messages ${name}: each is processed once, in order`, async ({ world }) => {
    const { client, load, proxy, backend } = world
    await openUnderLoad(world, rung)
    proxy.set(state)
    await expect.poll(() => struck(world)).toBeGreaterThanOrEqual(2)
    proxy.set({ post: 'pass' })
    await client.received(load.last + 50)
    expectUntouched(await world.expectWhole())
    if (name.startsWith('processed')) expect(backend.journal.repeated).toBeGreaterThan(0)
  })
}

test('messages fail for a minute, the stream goes on, and then all arrive', {
  tag: '@longer',
}, async ({ world }) => {
  const { client, load, proxy } = world
  await openUnderLoad(world, 'eventsource')
  await client.stopSending()
  await client.settled()
  await client.startSending(10)

  proxy.set({ post: 'reject' })
  // At a hundred a second, as the server's clock has it.
  await client.received(load.last + 6000)
  proxy.set({ post: 'pass' })
  await client.received(load.last + 50)

  const recording = await world.expectWhole()
  expectUntouched(recording)
  const errors = recording.happenings.filter(({ type }) => type === 'error')
  expect(errors).toMatchObject([{ detail: { code: 'upstream-unreachable' } }])
})

test.describe('a server that takes its time for a message', () => {
  let asked = 0
  let answer = () => {}
  const onMessage = ({ data }: Message) =>
    new Promise((done) => {
      asked += 1
      answer = () => done(JSON.parse(String(data)))
    })
  test.use({ serverOptions: { onMessage } })

  test('the tab comes back in between: the message is neither aborted nor repeated', async ({
    world,
  }) => {
    const { client, page, requests, backend } = world
    await client.connect({ ...QUICK, ackTimeoutMs: 60_000, rungs: ['eventsource'] })
    await client.openOver('eventsource')
    const reply = client.send('echo', 1)
    await expect.poll(() => asked).toBe(1)
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await client.happened('transport')
    answer()
    expect(await reply).toBe(1)
    expect(requests.filter(({ kind }) => kind === 'post')).toHaveLength(1)
    expect(backend.journal).toMatchObject({ processed: [1], repeated: 0 })
  })
})
