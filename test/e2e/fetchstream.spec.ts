/** The transport over fetch: against the reference server, and against servers that only it can be used with. */
import type { Page } from '@playwright/test'
import { test as base, expect } from './fixtures.ts'
import { type Asked, openStreamSite, type StreamSite } from './support/stream-site.ts'

declare global {
  /** What a page's wire told. */
  var toldInPage: string[]
}

const RESETS = 10
/** So many ticks come between one reset and the next. */
const TICKS_BETWEEN = 40

const test = base.extend<{
  /** A page of a site whose stream answers like this. */
  readonly visit: (answer: (asked: Asked, number: number) => void) => Promise<StreamSite>
}>({
  visit: async ({ visited }, use) => {
    const sites: StreamSite[] = []
    await use(async (answer) => {
      const site = await openStreamSite(answer)
      sites.push(site)
      await visited.goto(site.origin)
      return site
    })
    await visited.goto('about:blank')
    for (const site of sites) await site.close()
  },
})

test('events, replies and a refusal over it', async ({ world }) => {
  const { client, load, backend, requests } = world
  await client.connect({ rungs: ['fetchstream'] })
  await client.openOver('fetchstream')
  await load.publish(3)
  await client.received(3)
  expect(await client.send('echo', 1)).toBe(1)
  expect(await client.send('refuse', 2)).toBe('refused')
  expect(backend.journal.processed).toEqual([1, 2])
  // Not even a preflight before the stream.
  expect(requests[0]).toMatchObject({ kind: 'eventsource', method: 'GET' })
  await world.expectDown()
})

test('ten resets at 200 events/s down and 50/s up lose, double and reorder nothing', async ({
  world,
}) => {
  const { client, load, proxy } = world
  await client.connect({ rungs: ['fetchstream'], minDelayMs: 50, maxDelayMs: 200 })
  await client.inState('open')

  await world.startTraffic(200, 50)
  for (let reset = 0; reset < RESETS; reset += 1) {
    await client.received(load.last + TICKS_BETWEEN)
    proxy.cut()
  }
  await client.received(load.last + TICKS_BETWEEN)
  const { ticks, replies } = await world.expectWhole()
  expect(ticks.length).toBeGreaterThan(RESETS * TICKS_BETWEEN)
  expect(replies.length).toBeGreaterThan(0)
})

test('on a ladder it stands in the place of EventSource', async ({ world }) => {
  const { client, proxy, load } = world
  proxy.set({ websocket: 'refuse' })
  await client.connect({ rungs: ['websocket', 'fetchstream', 'longpoll'] })
  await client.openOver('fetchstream')
  proxy.set({ websocket: 'pass' })
  await load.publish(2)
  await client.received(2)
  await world.expectDown()
})

/** A wire over it alone, whose events and end are kept in the page. */
async function connect(page: Page, how: 'token' | 'beat' | 'plain' | 'post'): Promise<void> {
  await page.evaluate((chosen) => {
    const { fetchstream, plain, text } = steadywire
    let tokens = 0
    const body = (cursor?: string) => JSON.stringify({ topic: 'news', cursor })
    const wire = steadywire.connect<{ message: string }>('/live', {
      transports: [fetchstream(chosen === 'post' ? { body } : {})],
      protocol: plain({
        resume: 'header',
        retryMs: 0,
        ...(chosen === 'beat' && { heartbeatMs: 1000 }),
      }),
      codec: text,
      minDelayMs: 20,
      ...(chosen === 'token' && {
        headers: async ({ reason }) => {
          if (reason === 'unauthorized') tokens += 1
          return { authorization: `Bearer ${tokens}` }
        },
      }),
    })

    const told: string[] = []
    wire.on('message', (data, { id }) => told.push(`${id} ${data}`))
    for (const type of ['open', 'retry', 'close'] as const) {
      wire.connection.on(type, (event) => told.push(`${type} ${JSON.stringify(event)}`))
    }
    globalThis.toldInPage = told
  }, how)
}

const told = (page: Page): Promise<string[]> => page.evaluate(() => globalThis.toldInPage)

/** Events alone. */
const heard = async (page: Page): Promise<string[]> =>
  (await told(page)).filter((one) => /^\d/.test(one))

test('a token that has run out is refreshed, and the stream goes on where it was', async ({
  visited,
  visit,
}) => {
  const site = await visit(({ request, response, stream }) => {
    const cursor = Number(request.headers['last-event-id'] ?? 0)
    const isFresh = request.headers.authorization === `Bearer ${cursor}`
    if (!isFresh) return void response.writeHead(401).end()
    stream(`id: ${cursor + 1}\ndata: a\n\n`)
    if (cursor < 1) response.end()
  })

  await connect(visited, 'token')
  await expect.poll(() => heard(visited)).toEqual(['1 a', '2 a'])
  const seen = site.asked.map(({ request }) => request.headers.authorization)
  expect(seen).toEqual(['Bearer 0', 'Bearer 0', 'Bearer 1'])
})

test('comments alone keep it open, and their absence ends it', async ({ visited, visit }) => {
  let beats = 0
  await visit(({ stream, response }, number) => {
    stream(`id: ${number}\ndata: a\n\n`)
    // The first one falls silent after twelve.
    const timer = setInterval(() => {
      response.write(': beat\n\n')
      if (number === 1) beats += 1
      if (number === 1 && beats === 12) clearInterval(timer)
    }, 100)
    response.once('close', () => clearInterval(timer))
  })

  await connect(visited, 'beat')
  await expect.poll(() => heard(visited)).toEqual(['1 a', '2 a'])
  expect(beats).toBe(12)
  expect((await told(visited)).find((one) => one.startsWith('retry'))).toContain('heartbeat')
})

test('204 is the end', async ({ visited, visit }) => {
  const site = await visit(({ stream, response }, number) => {
    if (number > 1) return void response.writeHead(204).end()
    stream('id: 1\ndata: a\n\n')
    response.end()
  })
  await connect(visited, 'plain')
  await expect.poll(async () => (await told(visited)).at(-1)).toBe('close {"reason":"final"}')
  expect(await heard(visited)).toEqual(['1 a'])
  expect(site.asked).toHaveLength(2)
})

test('a subscription is a POST whose body knows the cursor', async ({ visited, visit }) => {
  const site = await visit(({ stream, response }, number) => {
    stream(`id: ${number}\ndata: a\n\n`)
    if (number < 2) response.end()
  })
  await connect(visited, 'post')
  await expect.poll(() => heard(visited)).toEqual(['1 a', '2 a'])
  expect(site.asked.map(({ request, body }) => [request.method, JSON.parse(body)])).toEqual([
    ['POST', { topic: 'news' }],
    ['POST', { topic: 'news', cursor: '1' }],
  ])
})

test('a service worker receives, and goes on after a cut', async ({ visited, visit }) => {
  const site = await visit(({ request, response, stream }) => {
    const cursor = Number(request.headers['last-event-id'] ?? 0)
    stream(`id: ${cursor + 1}\ndata: b\n\n`)
    if (cursor < 1) response.end()
  })

  await visited.evaluate(async () => {
    const got: string[] = []
    globalThis.toldInPage = got
    navigator.serviceWorker.addEventListener('message', ({ data }) => {
      const [id, text] = data
      got.push(`${id} ${text}`)
    })
    const { active } = await navigator.serviceWorker
      .register('/worker.js', { type: 'module' })
      .then(() => navigator.serviceWorker.ready)
    active?.postMessage('go')
  })
  await expect.poll(() => heard(visited)).toEqual(['1 b', '2 b'])
  expect(site.asked[0]?.request.headers.authorization).toBe('worker')
  await visited.evaluate(async () => {
    for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister()
  })
})
