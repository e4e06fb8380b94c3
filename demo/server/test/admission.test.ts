// What comes of a request while the server waits for the application or the store: its client leaves, or all are cut off.
import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { formatMessage } from './support/blocks.ts'
import { createQueue } from './support/queue.ts'
import { ofKind, type RunningServer, startServer } from './support/running-server.ts'
import { createDelayedStore, type StoreCall, turns } from './support/slow-store.ts'
import { type RequestOptions, startRequest, withQuery } from './support/streams.ts'

const NOTICE = { reason: 'deploy' }

const REQUESTS: Record<string, RequestOptions> = {
  eventsource: { headers: { Accept: 'text/event-stream' } },
  longpoll: {},
  post: {
    method: 'POST',
    headers: { 'Content-Type': 'text/event-stream' },
    body: formatMessage(1, 'echo', '1'),
  },
}

/** A server that stops at one call until it is released. Nothing is forced: what hangs, hangs. */
async function startHeld(at: 'authorize' | StoreCall) {
  const reached = createQueue<true>()
  let isHolding = false
  let release = () => {}
  const stopAt = async (call: string) => {
    if (!isHolding || call !== at) return
    reached.push(true)
    await new Promise<void>((resolve) => {
      release = resolve
    })
  }

  const arrived = createQueue<{ gone: Promise<unknown> }>()
  const running = await startServer({
    graceMs: 2_000_000,
    heartbeatMs: 2_000_000,
    store: createDelayedStore(stopAt),
    onMessage: () => 'processed',
    async authorize({ socket }) {
      arrived.push({ gone: new Promise((resolve) => socket.on('close', resolve)) })
      await stopAt('authorize')
      return {}
    },
  })

  return {
    running,
    arrived,
    reached,
    hold() {
      isHolding = true
    },
    async release() {
      isHolding = false
      release()
      await turns(2)
    },
  }
}

async function expectNothingLeft({ server, observations }: RunningServer) {
  await server.closeAll(NOTICE)
  expect(server.connections.size).toBe(0)
  expect(observations.all.filter(ofKind('error'))).toEqual([])
}

const CASES = Object.entries(REQUESTS).flatMap(([name, options]) => {
  const calls: ('authorize' | StoreCall)[] =
    name === 'post' ? ['authorize'] : ['authorize', 'locate']
  return calls.map((call) => ({ name, call, options }))
})

describe.each(CASES)('$name, while the server waits for $call', ({ call, options }) => {
  async function startRequested() {
    const held = await startHeld(call)
    held.hold()
    const sent = startRequest(withQuery(held.running.url, { client_id: 'c' }), options)
    const end = new Promise((resolve) => {
      sent.on('response', resolve)
      sent.on('error', resolve)
    })
    await held.reached.next()
    return { ...held, sent, end, arrived: await held.arrived.next() }
  }

  test('is not kept once its client has left', async () => {
    const { running, sent, arrived, release } = await startRequested()
    sent.destroy()
    await arrived.gone
    await release()
    expect(running.observations.all.filter(ofKind('open'))).toEqual([])
    await expectNothingLeft(running)
  })

  test('is cut off with all others, at once', async () => {
    const { running, end, release } = await startRequested()
    running.server.dropAll()
    expect(await end).toMatchObject({ message: 'socket hang up' })
    await release()
    expect(running.observations.all.filter(ofKind('open'))).toEqual([])
    await expectNothingLeft(running)
  })
})

describe.each(['eventsource', 'longpoll'])('%s of a stream that is over', (name) => {
  test('is not kept once its client has left while the log is read', async () => {
    const { running, hold, reached, arrived, release } = await startHeld('readAfter')
    const [cursor] = await running.publishNumbers(1, 2)
    await running.server.closeAll({ reason: 'match over', final: true })
    hold()
    const sent = startRequest(withQuery(running.url, { last_event_id: cursor }), REQUESTS[name])
    sent.on('error', () => {})
    await reached.next()
    sent.destroy()
    await (await arrived.next()).gone
    await release()
    await expectNothingLeft(running)
  })
})

describe.each(['authorize', 'locate'] as const)(
  'a WebSocket, while the server waits for %s',
  (call) => {
    async function startUpgrade() {
      const held = await startHeld(call)
      held.hold()
      const socket = new WebSocket(held.running.url.replace('http', 'ws'))
      const end = new Promise((resolve) => {
        socket.on('open', () => resolve('open'))
        socket.on('error', resolve)
      })
      await held.reached.next()
      return { ...held, socket, end }
    }

    test('is not kept once its client has left', async () => {
      const { running, socket, end, release } = await startUpgrade()
      socket.terminate()
      await end
      await release()
      await expectNothingLeft(running)
    })

    test('is cut off with all others, at once', async () => {
      const { running, end, release } = await startUpgrade()
      running.server.dropAll()
      expect(await end).toMatchObject({ message: 'socket hang up' })
      await release()
      expect(running.observations.all.filter(ofKind('open'))).toEqual([])
      await expectNothingLeft(running)
    })
  },
)

test('requests that wait behind another on one connection are refused, and leave nothing', async () => {
  const { running } = await startHeld('append')
  const { port, hostname, host } = new URL(running.url)
  const socket = connect(Number(port), hostname)
  onTestFinished(() => void socket.destroy())
  const stream = `GET /live HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\n\r\n`
  socket.write(stream.repeat(3))
  const seen = [await running.observations.next(), await running.observations.next()]
  seen.push(await running.observations.next())
  expect(seen.filter(ofKind('refused')).map(({ status }) => status)).toEqual([503, 503])
  expect(running.server.connections.size).toBe(1)
  socket.destroy()
  await running.observations.nextThat(ofKind('closed'))
  await expectNothingLeft(running)
})

test('a request may follow another that was answered on its connection', async () => {
  const { running } = await startHeld('append')
  const { port, hostname, host } = new URL(running.url)
  const socket = connect(Number(port), hostname)
  onTestFinished(() => void socket.destroy())
  const statuses = createQueue<string>()
  socket.on('data', (data) => {
    for (const [status] of String(data).matchAll(/HTTP\/1\.1 \d+/g)) statuses.push(status)
  })
  for (let n = 0; n < 3; n++) {
    socket.write(`GET /live?wait=0 HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
    expect(await statuses.next()).toBe('HTTP/1.1 200')
  }
})
