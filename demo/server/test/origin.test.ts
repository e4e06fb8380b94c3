// Which pages may connect, and what the answer says to the browser. A foreign page is refused before anything else happens.
import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import type { OriginRule, Verdict } from '../index.ts'
import { formatMessage } from './support/blocks.ts'
import { ofKind, type RunningServer, startServer } from './support/running-server.ts'
import { ask, type RequestOptions, withQuery } from './support/streams.ts'

const FRIEND = 'https://app.example'
const ownOrigin = ({ url }: RunningServer) => new URL(url).origin

const REQUESTS: Record<string, RequestOptions> = {
  poll: {},
  'EventSource refused later': { headers: { Accept: 'text/event-stream' } },
  POST: {
    method: 'POST',
    headers: { 'Content-Type': 'text/event-stream' },
    body: formatMessage(1, 'a', ''),
  },
  preflight: { method: 'OPTIONS', headers: { 'Access-Control-Request-Method': 'POST' } },
}

const send = (running: RunningServer, options: RequestOptions, origin: string) =>
  ask(withQuery(running.url, { wait: '0', client_id: 'c1' }), {
    ...options,
    headers: { ...options.headers, Origin: origin },
  })

async function start(allowedOrigins?: OriginRule, status?: number) {
  let processed = 0
  const running = await startServer({
    ...(allowedOrigins && { allowedOrigins }),
    authorize: (): Verdict => (status === undefined ? {} : { status }),
    onMessage: () => ++processed,
  })
  return { running, processed: () => processed }
}

const RULES: [string, OriginRule][] = [
  ['a list', ['https://other.example', FRIEND]],
  ['a function', (origin) => origin === FRIEND],
]

describe.each(Object.entries(REQUESTS))('%s', (name, options) => {
  // An EventSource's answer would not end: here it is the application that refuses it, after the check.
  const status = name.startsWith('EventSource') ? 410 : undefined

  test.each(RULES)(
    'from an origin allowed by %s is answered with what the browser needs',
    async (_, rule) => {
      const { running } = await start(rule, status)
      const answer = await send(running, options, FRIEND)
      expect(answer.status).toBe(status ?? (name === 'preflight' ? 204 : 200))
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': FRIEND,
        'access-control-allow-credentials': 'true',
        'access-control-expose-headers': 'Retry-After',
        vary: 'Origin',
      })
    },
  )

  test('from the same origin is always allowed', async () => {
    const { running } = await start([], status)
    const answer = await send(running, options, ownOrigin(running))
    expect(answer.status).not.toBe(403)
  })

  test.each([
    ['a foreign origin', FRIEND],
    ['an origin that only begins alike', 'http://127.0.0.1.evil.example'],
    ['another port', 'http://127.0.0.1:1'],
    ['an opaque origin', 'null'],
    ['nonsense', 'nonsense'],
  ])('from %s is refused with 403', async (_, origin) => {
    const { running, processed } = await start()
    const answer = await send(running, options, origin)
    expect(answer.status).toBe(403)
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    expect(processed()).toBe(0)
    expect((await running.observations.nextThat(ofKind('refused'))).status).toBe(403)
  })
})

test('a preflight is answered with the method and the headers, without the application', async () => {
  const { running } = await start([FRIEND], 401)
  const answer = await send(running, REQUESTS.preflight ?? {}, FRIEND)
  expect(answer.status).toBe(204)
  expect(answer.headers['access-control-allow-methods']).toBe('GET, POST')
  expect(answer.headers['access-control-allow-headers']).toBe('Content-Type, Last-Event-ID')
})

test('a refusal of the application is readable across origins', async () => {
  const { running } = await start([FRIEND], 401)
  const answer = await send(running, {}, FRIEND)
  expect(answer.status).toBe(401)
  expect(answer.headers['access-control-allow-origin']).toBe(FRIEND)
})

test('a request without an origin is no foreign page', async () => {
  const { running } = await start()
  const answer = await ask(withQuery(running.url, { wait: '0' }))
  expect(answer.status).toBe(200)
  expect(answer.headers['access-control-allow-origin']).toBeUndefined()
  expect(answer.headers.vary).toBe('Origin')
})

describe('a WebSocket', () => {
  function handshake(running: RunningServer, origin: string): Promise<number | 'open'> {
    const socket = new WebSocket(running.url.replace('http', 'ws'), { origin })
    return new Promise((resolve) => {
      socket.on('error', () => {})
      socket.on('open', () => {
        resolve('open')
        socket.terminate()
      })
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
    })
  }

  test('opens from allowed origins and the same one', async () => {
    const { running } = await start([FRIEND])
    expect(await handshake(running, FRIEND)).toBe('open')
    expect(await handshake(running, ownOrigin(running))).toBe('open')
  })

  test.each([FRIEND, 'http://127.0.0.1:1', 'null'])(
    'does not open from %s: 403',
    async (origin) => {
      const { running } = await start()
      expect(await handshake(running, origin)).toBe(403)
      expect((await running.observations.nextThat(ofKind('refused'))).status).toBe(403)
    },
  )
})

test('a handshake of a foreign page that is reset while it is refused does no harm', async () => {
  const { running } = await start()
  const { host, port, hostname } = new URL(running.url)
  const head =
    `GET ${new URL(running.url).pathname} HTTP/1.1\r\nHost: ${host}\r\nOrigin: https://evil.example\r\n` +
    'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'
  for (let times = 0; times < 40; times += 1) {
    const socket = connect(Number(port), hostname)
    const closed = new Promise((done) => socket.once('close', done))
    socket.on('error', () => {})
    socket.write(head, () =>
      times % 2 ? socket.resetAndDestroy() : setImmediate(() => socket.resetAndDestroy()),
    )
    await closed
  }

  expect((await send(running, {}, ownOrigin(running))).status).toBe(200)
})

test('a handshake that is refused leaves no connection, even where its client keeps its side open', async () => {
  const running = await startServer()
  const closed = new Promise((done) => {
    running.http.on('connection', (socket) => socket.on('close', done))
  })
  const { host, port, hostname } = new URL(running.url)
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true })
  onTestFinished(() => void socket.destroy())
  socket.write(`GET /live HTTP/1.1\r\nHost: ${host}\r\nOrigin: https://evil.example\r\n`)
  socket.write('Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  expect(String(await new Promise((done) => socket.once('data', done)))).toContain(' 403 ')
  await closed
})
