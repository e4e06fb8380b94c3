/** A token in the URL's query shows up nowhere: no event, error, attempt, storage or line on the console (promise, 10). */
import type { FaultState } from '../../demo/faults/index.ts'
import { expect, test } from './fixtures.ts'
import type { World } from './support/world.ts'

const SECRET = 'x7Zq-SECRET-9fKt'

const QUICK = {
  attemptDelayMs: 50,
  connectTimeoutMs: 1000,
  minDelayMs: 50,
  maxDelayMs: 200,
  ackTimeoutMs: 1000,
}

/** Everything that an application, its logs or another script could see of the client. */
function readTraces({ page }: World): Promise<string> {
  return page.evaluate(() => {
    const { wire, recordings, printed } = lab
    const { attempts, lastEventId } = wire.connection
    const stored = [localStorage, sessionStorage].map((storage) => ({ ...storage }))
    return lab.toJson({ recordings, printed, attempts, lastEventId, stored })
  })
}

const all = (mode: FaultState['websocket']) =>
  ({ websocket: mode, eventsource: mode, longpoll: mode, post: mode }) as const

test('everything fails, in every way', async ({ world }) => {
  const { client, proxy, load, page, url } = world
  proxy.set({ websocket: 'refuse' })
  await page.evaluate(([address, options]) => lab.connect(address, options), [
    `${url}?token=${SECRET}`,
    QUICK,
  ] as const)
  await client.openOver('eventsource')
  await client.startSending(20)
  load.start(50)
  await client.received(5)
  const faults: readonly Partial<FaultState>[] = [
    { network: 'refuse' },
    { network: 'silent' },
    { network: 'pass', ...all('mute') },
    all('page'),
    { ...all('reject'), rejectStatus: 503 },
    { ...all('truncate'), truncateAfterBlocks: 0 },
  ]
  for (const fault of faults) {
    proxy.set(fault)
    proxy.cut()
    await client.happened('retry', (await client.count('retry')) + 1)
  }
  proxy.set({ ...all('reject'), rejectStatus: 403 })
  await client.inState('closed')
  load.stop()
  await client.stopSending()
  expect(await client.send('echo', 1)).toBe('closed')

  const traces = await readTraces(world)
  expect(traces).toContain('"unauthorized"')
  expect(traces).toContain('steadywire:')
  expect(traces).not.toContain(SECRET)
  expect(traces).not.toContain('token')
})

const BAD_CALLS: readonly (readonly [name: string, url: string])[] = [
  ['a URL that is none', `http://[?token=${SECRET}`],
  ['a scheme that is no transport', `ftp://example.test/live?token=${SECRET}`],
]

test('calls that are refused', async ({ world }) => {
  for (const [name, url] of BAD_CALLS) {
    const thrown = await world.page.evaluate((address) => {
      try {
        return steadywire.connect(address).connection.state
      } catch (error) {
        return lab.toJson(error)
      }
    }, url)
    expect(thrown, name).toContain('"SteadywireError"')
    expect(thrown, name).not.toContain(SECRET)
  }
})

test('a url function whose answer is no URL', async ({ world }) => {
  const { client, page } = world
  await page.evaluate((secret) => {
    lab.connect(() => Promise.resolve(`http://[?token=${secret}`), { minDelayMs: 20_000 })
  }, SECRET)
  await client.happened('error')
  await client.happened('retry')
  expect(await readTraces(world)).not.toContain(SECRET)
})
