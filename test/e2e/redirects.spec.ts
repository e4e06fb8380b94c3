/** A server that redirects (307): followed where the browser may, for no longer than it does, and never the place to come back to. */
import { expect, test } from './fixtures.ts'
import { createClient, rungs } from './support/client.ts'
import { answer, hello, type Script, startHostile, ticks } from './support/hostile.ts'

const QUICK = { attemptDelayMs: 50, minDelayMs: 50, maxDelayMs: 100 }
const LAST = 9

const pathOf = (asked: string) => asked.split('?')[0]
const cursorOf = (asked: string) =>
  new URLSearchParams(asked.split('?')[1]).get('last_event_id') ?? undefined

/** Where a request goes on: its hello, and the number of the last event before. */
function goOn(url = '') {
  const cursor = cursorOf(url)
  return {
    greeting: hello(cursor, { continuity: cursor ? 'resumed' : 'fresh' }),
    last: Number(cursor?.slice(2) ?? 0),
  }
}

/** Over HTTP three events with each answer, after the cursor; what asks for more than nine is held. */
const stream: Script = {
  websocket(socket, _count, { url }) {
    const { greeting, last } = goOn(url)
    socket.send(greeting + ticks(last + 1, LAST))
  },
  http({ url = '', headers }, response) {
    const { greeting, last } = goOn(url)
    const isPoll = headers.accept !== 'text/event-stream'
    const text = last < LAST ? ticks(last + 1, last + 3) : ''
    if (/wait=0/.test(url)) answer(response).end(greeting)
    else if (text) answer(response).end(isPoll ? text : greeting + text)
    else if (!isPoll) answer(response).write(greeting)
  },
}

const NUMBERS = Array.from({ length: LAST }, (_, index) => index + 1)

for (const [name, isForeign] of [
  ['to itself', false],
  ['to an origin that does not let the page read', true],
] as const) {
  test(`redirected ${name}, each transport fails, and it opens once that is over`, async ({
    world,
  }) => {
    const foreign = await startHostile({
      http: (_, response) =>
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end(hello() + ticks(1, 3)),
    })
    let isRedirecting = true
    const target = (asked: string) => (isForeign ? foreign.url : asked)
    const server = await startHostile({
      ...stream,
      redirect: (asked) => (isRedirecting ? target(asked) : undefined),
    })

    const client = createClient(world.page, server.url)
    await client.connect(QUICK)
    await client.happened('retry', 2)
    const attempts = await world.page.evaluate(() => lab.wire.connection.attempts)
    for (const transport of rungs) {
      // An EventSource shows that it was refused, and not by what.
      const reason = isForeign && transport === 'eventsource' ? 'refused' : 'network'
      const ended = { transport, phase: 'connecting', outcome: 'ended', reason }
      expect(attempts).toContainEqual(expect.objectContaining(ended))
    }
    expect(foreign.count > 0).toBe(isForeign)

    isRedirecting = false
    await client.inState('open')
    await client.received(LAST)
    expect((await client.recording()).ticks.map(({ n }) => n)).toEqual(NUMBERS)

    await client.close()
    await server.close()
    await foreign.close()
  })
}

test('redirected in a circle, and asked back at once: it does not hammer', async ({
  freshWorld: world,
}) => {
  const server = await startHostile({ redirect: () => '/circle' })
  const client = createClient(world.page, server.url)
  await client.connect({ minDelayMs: 0, maxDelayMs: 0 })
  // No backoff, and yet there comes a wait: the attempts of a minute are used up.
  await world.page.waitForFunction(() =>
    lab.recording.happenings.some(({ detail }) => Number(detail.delayMs) > 20_000),
  )
  const attempts = server.asked.filter((asked) => pathOf(asked) === '/live')
  expect(attempts.length).toBeLessThanOrEqual(32)
  await server.close()
})

for (const rung of ['eventsource', 'longpoll'] as const) {
  test(`redirected to where the stream is: ${rung} follows, and comes back to its own URL`, async ({
    world,
  }) => {
    const server = await startHostile({
      ...stream,
      redirect: (asked) => (pathOf(asked) === '/live' ? asked.replace('live', 'moved') : undefined),
    })

    const client = createClient(world.page, server.url)
    // No handshake of a WebSocket follows a redirect: without these it would be the only one.
    await client.connect({ ...QUICK, rungs: ['websocket', rung], probeDelayMs: 60_000 })
    await client.openOver(rung)
    await client.received(LAST)
    const { ticks: got, happenings } = await client.recording()
    expect(got.map(({ n }) => n)).toEqual(NUMBERS)
    expect(happenings.filter(({ type }) => type === 'gap')).toEqual([])

    const followed = server.asked.filter((asked) => pathOf(asked) === '/moved')
    const cursors = followed.map(cursorOf).filter((cursor) => cursor?.startsWith('e-'))
    expect(cursors.slice(0, 2)).toEqual(['e-3', 'e-6'])
    for (const asked of followed) expect(server.asked).toContain(asked.replace('moved', 'live'))

    await client.close()
    await server.close()
  })
}
