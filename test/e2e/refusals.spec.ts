/** What a server says no with, and its hints: obeyed on every transport that shows them (PROTOCOL.md, section 5). */
import type { IncomingMessage } from 'node:http'
import type { Verdict } from '../../demo/server/index.ts'
import { expect, test } from './fixtures.ts'
import { type Rung, rungs } from './support/client.ts'
import type { Recording } from './support/lab.ts'
import type { World } from './support/world.ts'

const QUICK = { attemptDelayMs: 100, minDelayMs: 50, maxDelayMs: 300 }

const of = ({ happenings }: Recording, type: string) =>
  happenings.filter((happening) => happening.type === type)

/** What a `url` function was asked with, but for its signal. */
interface Asked {
  readonly transport: string
  readonly attempt: number
  readonly reason: string
}

/** Connects with a `url` function whose token is `stale` until it is asked for a fresh one. */
async function connectWithTokens(
  { page, url }: World,
  chosen: readonly Rung[],
  fresh: string,
): Promise<() => Promise<Asked[]>> {
  const asked = await page.evaluateHandle(() => {
    const list: Asked[] = []
    return list
  })
  await page.evaluate(
    ([list, address, names, renewed]) => {
      let token = 'stale'
      lab.connect(
        ({ transport, attempt, reason }) => {
          list.push({ transport, attempt, reason })
          if (reason === 'unauthorized') token = renewed
          return `${address}?token=${token}`
        },
        { transports: names.map((name) => steadywire[name]), attemptDelayMs: 100 },
      )
    },
    [asked, url, chosen, fresh] as const,
  )

  return () => asked.evaluate((list) => list)
}

const tokenOf = (request: IncomingMessage) =>
  new URL(request.url ?? '', 'http://localhost').searchParams.get('token')

const onlyWith =
  (token: () => string, status: number) =>
  (request: IncomingMessage): Verdict =>
    tokenOf(request) === token() ? {} : { status }

const CASES = [
  { status: 401, name: 'websocket', chosen: ['websocket'] },
  { status: 403, name: 'longpoll', chosen: ['longpoll'] },
  { status: 401, name: 'unforced', chosen: rungs },
] as const

for (const { status, name, chosen } of CASES) {
  const connects = chosen.map(() => 'connect')

  test.describe(`tokens, refused with ${status}`, () => {
    test.use({ serverOptions: { authorize: onlyWith(() => 'fresh', status) } })

    test(`${name}: a fresh one is asked for, once, and it opens`, async ({ world }) => {
      const { client, load } = world
      const asked = await connectWithTokens(world, chosen, 'fresh')
      await client.inState('open')
      await load.publish(3)
      await client.received(3)
      await world.expectDown()
      const reasons = (await asked()).map(({ reason }) => reason)
      expect(reasons.filter((reason) => reason !== 'poll')).toEqual([...connects, 'unauthorized'])
    })

    test(`${name}: refused again, it fails for good`, async ({ world }) => {
      const { client, backend, page } = world
      const asked = await connectWithTokens(world, chosen, 'stale too')
      await client.inState('closed')
      expect(backend.journal.refused).toEqual(Array(chosen.length * 2).fill(status))
      const reasons = (await asked()).map(({ reason }) => reason)
      expect(reasons.slice(0, connects.length + 1)).toEqual([...connects, 'unauthorized'])
      expect(reasons.filter((reason) => reason === 'unauthorized')).toHaveLength(1)

      expect(await page.evaluate(() => lab.wire.closed.then(({ error }) => error?.code))).toBe(
        'unauthorized',
      )
      const recording = await client.recording()
      expect(of(recording, 'error').at(-1)).toMatchObject({ detail: { code: 'unauthorized' } })
      expect(of(recording, 'close')).toMatchObject([{ detail: { reason: 'failed' } }])
      expect(await client.send('echo', 1)).toBe('closed')
    })
  })
}

test.describe('a token that is refused', () => {
  test.use({ serverOptions: { authorize: onlyWith(() => 'fresh', 401) } })

  test('where the URL is no function, it fails at once', async ({ world }) => {
    const { client, backend } = world
    await client.connect({ rungs: ['longpoll'] })
    await client.inState('closed')
    expect(backend.journal.refused).toEqual([401])
    const recording = await client.recording()
    expect(of(recording, 'error')).toMatchObject([{ detail: { code: 'unauthorized' } }])
  })
})

test.describe('a token that expires between two polls', () => {
  let valid = 'stale'
  test.use({ serverOptions: { authorize: onlyWith(() => valid, 401) } })

  test('is renewed, and nothing is lost', async ({ world }) => {
    const { client, load, backend } = world
    const asked = await connectWithTokens(world, ['longpoll'], 'fresh')
    await client.openOver('longpoll')
    load.start(100)
    await client.received(load.last + 20)
    valid = 'fresh'
    await client.received(load.last + 20)
    await world.expectDown()
    expect(backend.journal.refused).toEqual([401])
    const reasons = (await asked()).map(({ reason }) => reason)
    expect(reasons.filter((reason) => reason !== 'poll')).toEqual(['connect', 'unauthorized'])
  })
})

const EVERYWHERE = { websocket: 'reject', eventsource: 'reject', longpoll: 'reject' } as const

for (const status of [404, 410]) {
  test(`${status} from the start, on every rung: it fails for good`, async ({ world }) => {
    const { client, proxy, requests } = world
    proxy.set({ ...EVERYWHERE, rejectStatus: status })
    await client.connect(QUICK)
    await client.inState('closed')
    expect(requests.map(({ kind }) => kind).sort()).toEqual([...rungs].sort())

    const recording = await client.recording()
    expect(of(recording, 'retry')).toEqual([])
    expect(of(recording, 'error')).toMatchObject([{ detail: { code: 'failed' } }])
    const [error] = of(recording, 'error')
    expect(error?.detail.attempts).toMatchObject([
      { transport: 'websocket' },
      { transport: 'eventsource' },
      { transport: 'longpoll', status },
    ])
  })
}

test('404 after it has worked is a deployment, and waited for', async ({ world }) => {
  const { client, load, proxy } = world
  await client.connect({ ...QUICK, rungs: ['longpoll'] })
  await client.openOver('longpoll')
  await world.startTraffic(100, 25)
  await client.received(load.last + 20)
  proxy.set({ longpoll: 'reject', rejectStatus: 404 })
  await client.happened('retry', 2)
  proxy.set({ longpoll: 'pass' })
  await client.received(load.last + 20)
  await world.expectWhole()
})

test('404 on a POST rejects its message, and no more', async ({ world }) => {
  const { client, load, proxy } = world
  await client.connect({ ...QUICK, rungs: ['eventsource'] })
  await client.openOver('eventsource')
  proxy.set({ post: 'reject', rejectStatus: 404 })
  expect(await client.send('echo', 1)).toBe('refused')
  proxy.set({ post: 'pass' })
  expect(await client.send('echo', 2)).toBe(2)
  await load.publish(2)
  await client.received(2)
  expect(of(await client.recording(), 'retry')).toEqual([])
})

test('204 ends the stream', async ({ world }) => {
  const { client, load, proxy } = world
  await client.connect({ rungs: ['longpoll'] })
  await client.openOver('longpoll')
  await load.publish(2)
  await client.received(2)
  proxy.set({ longpoll: 'reject', rejectStatus: 204 })
  await load.publish(1)
  await client.inState('closed')
  expect(of(await client.recording(), 'close')).toMatchObject([{ detail: { reason: 'final' } }])
})
