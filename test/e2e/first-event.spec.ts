/** A WebSocket handshake that is never answered costs the attempt delay once, and nothing on the next page load. */
import { expect, test } from './fixtures.ts'
import type { ConnectOptions } from './support/client.ts'
import type { World } from './support/world.ts'

/** What comes first, comes by itself: on a busy machine the next transport would be tried before it is there. */
const ALONE = { attemptDelayMs: 60_000 }

/** Without the third, which would be tried as well where the second is slow. */
const UPPER = ['websocket', 'eventsource'] as const

/** Connects to a stream that has one event ready. */
async function connectToReadyStream(world: World, options: ConnectOptions): Promise<void> {
  const { client, backend, load } = world
  if (load.last === 0) await load.publish(2)
  await client.connect({ ...options, lastEventId: String(backend.journal.ticks[0]?.id) })
}

test('EventSource does not wait for the timeout of the WebSocket', async ({ world }) => {
  const { client, proxy, requests } = world
  proxy.set({ websocket: 'hang' })
  await connectToReadyStream(world, { rungs: UPPER })
  await client.received(2)
  expect(requests.map(({ kind }) => kind)).toEqual(['websocket', 'eventsource'])
  const { first } = await client.recording()
  // The WebSocket is still on trial when the first event is there.
  expect(first?.attempts).toMatchObject([
    { transport: 'websocket', outcome: 'pending', phase: 'connecting' },
    { transport: 'eventsource', outcome: 'active', phase: 'proven' },
  ])
})

test('the next page load begins with what won, and needs one request', async ({ world }) => {
  const { client, proxy, requests, page } = world
  proxy.set({ websocket: 'hang' })
  await connectToReadyStream(world, { rungs: UPPER })
  await client.received(2)
  await page.reload()
  const before = requests.length
  // From its second request on nothing is answered: what comes, comes with the first.
  proxy.onRequest(() => proxy.set({ network: 'silent' }))
  await connectToReadyStream(world, { ...ALONE, rungs: UPPER })
  await client.received(2)
  expect(requests[before]).toMatchObject({ kind: 'eventsource' })
  const { first } = await client.recording()
  expect(first?.attempts).toMatchObject([{ transport: 'eventsource', outcome: 'active' }])
})

test('what won is not trusted blindly: WebSocket takes over again', async ({ world }) => {
  const { client, proxy, page } = world
  proxy.set({ websocket: 'refuse' })
  await client.connect(ALONE)
  await client.openOver('eventsource')

  proxy.set({ websocket: 'pass' })
  await page.reload()
  await client.connect({ ...ALONE, probeDelayMs: 100 })
  await client.openOver('websocket')
  const { happenings } = await client.recording()
  expect(happenings.find(({ type }) => type === 'open')).toMatchObject({
    detail: { transport: 'eventsource' },
  })

  // And is forgotten then: the load after this one begins with WebSocket.
  await page.reload()
  await client.connect(ALONE)
  await client.inState('open')
  const { happenings: later } = await client.recording()
  expect(later.find(({ type }) => type === 'open')).toMatchObject({
    detail: { transport: 'websocket' },
  })
})

test('what won and is blocked now costs no more than a refusal', async ({ world }) => {
  const { client, proxy, page } = world
  proxy.set({ websocket: 'refuse' })
  await client.connect(ALONE)
  await client.openOver('eventsource')
  proxy.set({ websocket: 'pass', eventsource: 'refuse' })
  await page.reload()
  await client.connect(ALONE)
  await client.openOver('websocket')
})

test('a memory that is none does no harm', async ({ world }) => {
  const { client, proxy, page } = world
  for (const memory of ['nonsense', 'eventsource', 'eventsource soon', 'carrier-pigeon 1']) {
    proxy.set({ websocket: 'refuse' })
    await client.connect(ALONE)
    await client.openOver('eventsource')
    await page.evaluate((text) => {
      for (const key of Object.keys(localStorage)) localStorage.setItem(key, text)
    }, memory)

    proxy.set({ websocket: 'pass' })
    await page.reload()
    await client.connect(ALONE)
    await client.inState('open')

    const told = (await client.recording()).happenings.filter(({ type }) => type !== 'state')
    await client.close()
    expect(told, memory).toMatchObject([{ type: 'open', detail: { transport: 'websocket' } }])
  }
})
