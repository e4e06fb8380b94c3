/** Conformance of single requests: polls, and what is refused. */

import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { formatMessage, helloOf } from './blocks.ts'
import { open, publish, type Url } from './conformance-tools.ts'
import { ask, openWebSocket, startRequest, withQuery } from './streams.ts'

export function testPolls(url: Url): void {
  const poll = (query: Record<string, string | undefined>) => ask(withQuery(url(), query))
  const cursorOfHead = async () => String((await poll({ wait: '0' })).blocks[0]?.id)

  test('are held until there is an event', async () => {
    const held = poll({ last_event_id: await cursorOfHead() })
    await publish(url(), 'news', 'now')
    const { blocks } = await held
    expect(blocks.map(({ data }) => data)).toEqual(['now'])
  })

  test('are answered with nothing after the heartbeat interval', async () => {
    const answer = await poll({ last_event_id: await cursorOfHead() })
    expect(answer.status).toBe(200)
    expect(answer.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
    })
    expect(answer.text).toBe('')
  })

  test('have a hello with wait=0, without a cursor, and with one that is not retained', async () => {
    const cursor = await cursorOfHead()
    const queries = [{ wait: '0', last_event_id: cursor }, {}, { last_event_id: 'elsewhere-1' }]
    const found: string[] = []
    for (const query of queries) found.push(helloOf((await poll(query)).blocks[0]).continuity)
    expect(found).toEqual(['resumed', 'fresh', 'gap'])
  })

  test.each(['websocket', 'eventsource'] as const)(
    'need no ping, but %s does',
    async (transport) => {
      const stream = await open(transport, url())
      const ping = await stream.blocks.nextThat(({ type }) => type === 'sw:ping')
      expect(ping).toEqual({ id: undefined, type: 'sw:ping', data: '{}' })
    },
  )
}

export function testRefusals(url: Url): void {
  const type = { 'Content-Type': 'text/event-stream' }
  const message = formatMessage(1, 'chat', 'a')
  const tooLarge = formatMessage(1, 'chat', 'x'.repeat(65_536))

  test.each([
    ['another method', 405, 'DELETE', {}, undefined],
    ['another content type', 415, 'POST', { 'Content-Type': 'text/plain' }, message],
    ['a message without an end', 400, 'POST', type, 'id: 1\ndata: a\n'],
    ['a message without data', 400, 'POST', type, 'id: 1\nevent: a\n\n'],
    ['a message without a number', 400, 'POST', type, 'data: a\n\n'],
    ['NUL', 400, 'POST', type, 'id: 1\ndata: \0\n\n'],
    ['a large body', 413, 'POST', type, tooLarge],
    ['a foreign origin', 403, 'POST', { ...type, Origin: 'https://evil.example' }, message],
    ['an opaque origin', 403, 'POST', { ...type, Origin: 'null' }, message],
  ])('%s is answered %d', async (_, status, method, headers, body) => {
    const address = withQuery(url(), { client_id: randomUUID() })
    const answer = await ask(address, { method, headers, ...(body && { body }) })
    expect(answer.status).toBe(status)
  })

  test('another path is not found', async () => {
    expect((await ask(new URL('/elsewhere', url()).href)).status).toBe(404)
  })

  test('a POST without a client_id is answered 400', async () => {
    const answer = await ask(url(), { method: 'POST', headers: type, body: message })
    expect(answer.status).toBe(400)
  })

  test('the same origin may do everything', async () => {
    const headers = { ...type, Origin: new URL(url()).origin }
    const address = withQuery(url(), { client_id: randomUUID() })
    expect((await ask(address, { method: 'POST', headers, body: message })).status).toBe(200)
    const stream = await open('websocket', url(), { headers })
    expect(stream.hello.type).toBe('sw:hello')
  })

  test('none of the subprotocols that a WebSocket offers is selected', async () => {
    const headers = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Protocol': 'first, second',
    }
    const [answer, socket] = await once(startRequest(url(), { headers }), 'upgrade')
    onTestFinished(() => socket.destroy())
    expect(answer.statusCode).toBe(101)
    expect(answer.headers).not.toHaveProperty('sec-websocket-protocol')
  })

  test('a WebSocket from a foreign origin does not open', async () => {
    const socket = new WebSocket(url().replace('http', 'ws'), { origin: 'https://evil.example' })
    const error = await new Promise<Error>((resolve) => socket.on('error', resolve))
    expect(error.message).toContain('403')
  })

  test.each([
    ['a malformed message', 'id: 1\n\n', 4400],
    ['a malformed binary frame', Buffer.from('id: 1\nbytes: 9\n\nx'), 4400],
    ['a large frame', tooLarge, 1009],
  ])('a WebSocket with %s is closed', async (_, frame, code) => {
    const stream = openWebSocket(url(), { clientId: randomUUID() })
    await stream.blocks.next()
    stream.socket.send(frame)
    expect((await stream.closed).code).toBe(code)
  })
}
