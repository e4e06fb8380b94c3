/** The whole `plain` in front of servers as people write them: a chat, an exchange that wants a subscription and pings, an end. */
import type { Page } from '@playwright/test'
import type { WebSocket } from 'ws'
import { expect, test } from './fixtures.ts'
import { type OwnAnswers, type OwnServer, openOwnServer, visit } from './support/own-server.ts'

async function withServer(
  answers: OwnAnswers,
  act: (server: OwnServer) => Promise<void>,
): Promise<void> {
  const server = await openOwnServer(answers)
  try {
    await act(server)
  } finally {
    await server.close()
  }
}

function heardIn(page: Page) {
  return () => page.evaluate(() => globalThis.heard)
}

test('a chat in envelopes: both ways, with ids as the cursor', async ({ page, context }) => {
  const line = { count: 0 }
  const clients = new Set<WebSocket>()
  function connected(socket: WebSocket): void {
    clients.add(socket)
    socket.on('close', () => clients.delete(socket))
    socket.on('message', (frame) => {
      const { type, data } = JSON.parse(String(frame))
      if (type !== 'chat') return socket.send('not JSON')
      const text = JSON.stringify({ type: 'chat', data, id: String(++line.count) })
      for (const client of clients) client.send(text)
    })
  }
  /** Runs in the page. */
  function join(): void {
    const wire = client.connect('/chat', {
      protocol: entry.plain({ envelope: { type: 'type', data: 'data', id: 'id' } }),
      transports: [client.websocket],
    })
    wire.on('chat', (data, { id }) => heard.push([id, data]))
    wire.connection.on('gap', ({ reason }) => heard.push(reason))
    globalThis.wire = wire
  }

  await withServer({ connected }, async (server) => {
    const other = await context.newPage()
    for (const one of [page, other]) {
      await visit(one, server)
      await one.evaluate(join)
    }
    await expect.poll(() => clients.size).toBe(2)

    await page.evaluate(() => wire.send('chat', { text: 'Hello' }))
    await expect.poll(heardIn(other)).toEqual([['1', { text: 'Hello' }]])
    await other.evaluate(() => wire.send('chat', { text: 'Hi' }))
    await expect.poll(heardIn(page)).toEqual([
      ['1', { text: 'Hello' }],
      ['2', { text: 'Hi' }],
    ])
    expect(await page.evaluate(() => wire.connection.lastEventId)).toBe('2')

    await page.evaluate(() => wire.send('nonsense'))
    await expect.poll(async () => (await heardIn(page)()).at(-1)).toBe('undecodable')
    expect(await page.evaluate(() => wire.connection.state)).toBe('open')
  })
})

test('an exchange: a subscription first, pings of the client, another token, the end', async ({
  page,
}) => {
  const QUIET_MS = 10_000
  const lives: string[][] = []
  /** As exchanges do: no subscription, no prices; no ping, no connection. */
  function connected(socket: WebSocket): void {
    const life: string[] = []
    lives.push(life)

    let timer = setTimeout(() => socket.close(4008, 'no ping'), QUIET_MS)
    socket.on('close', () => clearTimeout(timer))
    socket.on('message', (frame) => {
      const message = JSON.parse(String(frame))
      life.push(message.op)

      clearTimeout(timer)
      timer = setTimeout(() => socket.close(4008, 'no ping'), QUIET_MS)
      if (life[0] !== 'subscribe') return socket.close(4400, 'subscribe first')
      const isStale = message.op === 'subscribe' && message.token !== 'token-2'
      if (isStale) return socket.close(4010, 'stale')
      if (message.op === 'subscribe') socket.send('{"event":"price","bid":9007199254740993}')
      if (message.op === 'ping') socket.send('{"event":"pong"}')
      if (message.op === 'stop') socket.close(4000, 'bye')
    })
  }

  await withServer({ connected }, async (server) => {
    await visit(page, server)
    await page.evaluate(() => {
      let tokens = 0
      const wire = client.connect('/feed', {
        protocol: entry.plain({
          envelope: { type: 'event' },
          hello: async () => ({ op: 'subscribe', channel: 'prices', token: `token-${++tokens}` }),
          ping: { everyMs: 100, message: { op: 'ping' } },
          heartbeatMs: 10_000,
          heartbeatType: 'pong',
          closeCodes: { 4000: 'end', 4010: 'retry' },
        }),
        transports: [client.websocket],
        codec: client.text,
        minDelayMs: 50,
      })

      wire.on('price', (text) => heard.push(text))
      wire.connection.on('open', () => wire.send('state', '{"op":"state"}'))
      wire.connection.on('retry', ({ cause }) => heard.push(cause.closeCode))
      wire.connection.on('close', ({ reason }) => heard.push(reason))
      globalThis.wire = wire
    })

    await expect.poll(() => lives[1]?.filter((op) => op === 'ping').length ?? 0).toBeGreaterThan(3)
    expect(lives[0]?.[0]).toBe('subscribe')
    expect(lives[1]?.[0]).toBe('subscribe')
    expect(await heardIn(page)()).toEqual([4010, '{"event":"price","bid":9007199254740993}'])

    await page.evaluate(() => wire.send('stop', '{"op":"stop"}'))
    await expect.poll(async () => (await heardIn(page)()).at(-1)).toBe('final')
    expect(lives).toHaveLength(2)
  })
})

test('a stream that says that it is done, over a native EventSource', async ({ page }) => {
  let asked = 0
  const events: OwnAnswers['events'] = (response) => {
    asked++
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    response.end('data: {"text":"Hello"}\n\ndata: {"text":"!"}\n\ndata: [DONE]\n\n')
  }

  await withServer({ events }, async (server) => {
    await visit(page, server)
    const ended = await page.evaluate(async () => {
      const wire = client.connect('/events', {
        protocol: entry.plain({ end: ({ data }) => data === '[DONE]' }),
        transports: [client.eventsource],
      })
      wire.on('message', (data) => heard.push(data))
      return wire.closed
    })
    expect(ended).toEqual({ reason: 'final' })
    expect(await heardIn(page)()).toEqual([{ text: 'Hello' }, { text: '!' }])
    expect(asked).toBe(1)
  })
})

test('JSON on the socket, text on the stream', async ({ page }) => {
  const events: OwnAnswers['events'] = (response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    response.write('data: just text\n\n')
  }
  function connected(socket: WebSocket): void {
    socket.send('{"n":1}', () => socket.close(1000))
  }

  await withServer({ events, connected }, async (server) => {
    await visit(page, server)
    await page.evaluate(() => {
      for (const transport of [client.websocket, client.eventsource]) {
        const wire = client.connect('/events', {
          protocol: entry.plain({ codecs: { eventsource: client.text } }),
          transports: [transport],
        })

        wire.once('message', (data) => {
          heard.push(data)
          wire.close()
        })
      }
    })
    await expect.poll(async () => (await heardIn(page)()).length).toBe(2)
    expect(await heardIn(page)()).toEqual(expect.arrayContaining([{ n: 1 }, 'just text']))
  })
})

for (const [name, select] of [
  ['none of the subprotocols', false],
  ['the second of the subprotocols', 'v2'],
] as const) {
  test(`a server that selects ${name}`, async ({ page, browserName }) => {
    const offered: string[][] = []
    const handleProtocols = (names: Set<string>) => {
      offered.push([...names])
      return select
    }
    const connected = (socket: WebSocket) => socket.send('1')

    await withServer({ handleProtocols, connected, isDevelopment: true }, async (server) => {
      await visit(page, server)
      const attempt = await page.evaluate(async () => {
        const wire = client.connect('/ws', {
          protocol: entry.plain(),
          transports: [client.websocket],
          subprotocols: ['v3', 'v2'],
        })
        await new Promise((resolve) => {
          wire.connection.on('open', resolve)
          wire.connection.on('retry', resolve)
        })
        const [first] = wire.connection.attempts
        wire.close()
        return first
      })

      expect(offered[0]).toEqual(['v3', 'v2'])
      // The standard has the handshake fail ("Establish a WebSocket connection"); the other engines open.
      if (select || browserName !== 'chromium') expect(attempt?.phase).toBe('proven')
      else {
        expect(attempt).toMatchObject({
          phase: 'connecting',
          reason: 'network',
          detail: expect.stringMatching(/selected none of the subprotocols/),
        })
      }
    })
  })
}
