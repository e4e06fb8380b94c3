/** docs/servers/pitfalls.md: what streams and their servers do that breaks other clients, or that a client cannot see. */
import { setTimeout } from 'node:timers/promises'
import { expect, test } from './fixtures.ts'
import { startSmall } from './support/small.ts'

const STREAM = { 'content-type': 'text/event-stream' }

/** A client over one transport, which prints each event with its id. */
function clientOver(transport: string, options = '', plainOptions = ''): string {
  const fetchstream = "import { fetchstream } from 'steadywire/fetchstream'"
  return `import { connect, eventsource, longpoll, plain, text, websocket } from 'steadywire'
    ${transport === 'fetchstream()' ? fetchstream : ''}
    export const wire = connect('/events', {
      protocol: plain({ ${plainOptions} }), transports: [${transport}], codec: text, ${options}
    })
    wire.on('message', (data, { id }) => console.log(id ? id + ': ' + data : data))`
}

const STREAMS = ['eventsource', 'fetchstream()']

for (const transport of [...STREAMS, 'longpoll']) {
  test(`${transport}: a charset, and characters cut in two`, async ({ servers }) => {
    const started = await startSmall(async (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
      for (const byte of Buffer.from('data: Grüße 🙂\n\n')) {
        response.write(Uint8Array.of(byte))
        await setTimeout(2)
      }
      if (transport === 'longpoll') response.end()
    })
    const reader = await (await servers.front('flask', started)).visitWith(clientOver(transport))
    await reader.printed('Grüße 🙂')
  })

  test(`${transport}: retry: 0 brings no storm of requests`, async ({ servers }) => {
    const arrivals: number[] = []
    const started = await startSmall((_request, response) => {
      arrivals.push(performance.now())
      response.writeHead(200, STREAM).end('retry: 0\ndata: hello\n\n')
    })
    const server = await servers.front('flask', started)
    const reader = await server.visitWith(clientOver(transport))
    await reader.printed('hello', 4)
    // Waits of at least 0, 0.5 and 1 s. A native EventSource in Chromium asks 270 times a second.
    expect(Number(arrivals[3]) - Number(arrivals[0])).toBeGreaterThanOrEqual(1400)
  })
}

for (const [transport, resume] of [
  ['eventsource', 'query'],
  ['fetchstream()', 'query'],
  ['fetchstream()', 'header'],
]) {
  test(`${transport}, ${resume}: ids with spaces and beyond ASCII`, async ({ servers }) => {
    const ID = 'Größe 1 & 2 🙂 %41+b'
    const cursors: unknown[] = []
    const started = await startSmall(({ url = '', headers }, response) => {
      const fromQuery = new URL(url, 'http://localhost').searchParams.get('lastEventId')
      const fromHeader = headers['last-event-id']
      // Node gives a character for each byte.
      const decoded = fromHeader && Buffer.from(String(fromHeader), 'latin1').toString()
      cursors.push(fromQuery ?? decoded)
      response
        .writeHead(200, STREAM)
        .write(cursors.length > 1 ? 'data: again\n\n' : `id: ${ID}\ndata: hello\n\n`)
    })

    const server = await servers.front('flask', started)
    const options = `resume: '${resume}', retryMs: 100`
    const reader = await server.visitWith(clientOver(String(transport), '', options))
    await reader.printed(`${ID}: hello`)
    server.proxy.cut()
    await reader.printed('again')
    expect(cursors).toEqual([undefined, ID])
  })
}

test('comments as pings: a native EventSource hides them, fetchstream does not', async ({
  servers,
}) => {
  let pings = 0
  const started = await startSmall((_request, response) => {
    response.writeHead(200, STREAM).write('data: hello\n\n')
    const timer = setInterval(() => {
      pings += 1
      response.write(': ping\n\n')
    }, 100)
    response.on('close', () => clearInterval(timer))
  })
  const server = await servers.front('flask', started)
  const hidden = await server.visitWith(clientOver('eventsource', '', 'heartbeatMs: 500'))
  await hidden.printed(/^\* retry \d+ heartbeat/)

  const seen = await server.visitWith(clientOver('fetchstream()', '', 'heartbeatMs: 500'))
  await seen.printed('hello')
  const before = pings
  await expect.poll(() => pings).toBeGreaterThan(before + 20) // longer than four heartbeats
  expect(seen.lines.filter((line) => line.startsWith('* retry'))).toEqual([])
})

test('under resume, ids that begin anew count as repeated events', async ({ servers }) => {
  let connections = 0
  const started = await startSmall((_request, response) => {
    connections += 1
    const ids = connections === 1 ? [1, 2] : [1, 2, 3]
    const blocks = ids.map((id) => `id: ${id}\ndata: from ${connections}\n\n`)
    response.writeHead(200, STREAM).write(blocks.join(''))
  })

  const server = await servers.front('flask', started)
  const options = "resume: 'query', retryMs: 100"
  const reader = await server.visitWith(clientOver('eventsource', '', options))
  await reader.printed('2: from 1')
  server.proxy.cut()
  await reader.printed('3: from 2')
  expect(reader.own()).toEqual(['1: from 1', '2: from 1', '3: from 2'])
})

test('a gateway that closes idle WebSockets: connected anew, with a gap', async ({ servers }) => {
  const started = await startSmall(
    (_request, response) => response.end(),
    (socket) => {
      socket.send('hello')
      socket.close(1001, 'Going away') // as API Gateway does after ten minutes
    },
  )

  const server = await servers.front('flask', started)
  const reader = await server.visitWith(clientOver('websocket'))
  await reader.printed('hello', 2)
  const told = reader.lines.filter((line) => !line.startsWith('* open'))
  expect(told.slice(0, 4)).toEqual([
    'hello',
    expect.stringMatching(/^\* retry \d+ close-code/),
    '* gap unknown',
    'hello',
  ])
})

test('204 is the end for fetchstream, and a refusal for a native EventSource', async ({
  servers,
}) => {
  const started = await startSmall((_request, response) => response.writeHead(204).end())
  const server = await servers.front('flask', started)
  const ended = await server.visitWith(clientOver('fetchstream()'))
  await ended.printed('* close final')
  const refused = await server.visitWith(clientOver('eventsource'))
  await refused.printed(/^\* retry \d+ refused/)
})

test('headers that wait for the first event: an attempt times out', async ({ servers }) => {
  const started = await startSmall((request, response) => {
    response.writeHead(200, STREAM) // written with the first bytes of the body
    if (request.url === '/events?flushed') response.flushHeaders()
  })
  const server = await servers.front('flask', started)
  const client = clientOver('eventsource', 'connectTimeoutMs: 1000')
  const silent = await server.visitWith(client)
  await silent.printed(/^\* retry \d+ timeout/)
  const open = await server.visitWith(client.replace('/events', '/events?flushed'))
  await open.printed('* open eventsource unknown')
})
