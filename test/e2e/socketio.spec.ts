/** Steadywire in front of npm's Socket.IO server: a chat with Socket.IO's own client, over both transports. */
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import {
  connect,
  connectOwn,
  heardIn,
  type SocketioServer,
  startSocketio,
  visit,
} from './support/socketio.ts'

let server: SocketioServer

test.afterEach(() => server.close())

/** Broadcasts each chat message, and says how many there were. */
function serveChat({ io }: SocketioServer): string[] {
  const texts: string[] = []
  io.on('connection', (socket) => {
    socket.on('chat', (data, done) => {
      texts.push(data.text)
      io.emit('chat', data)
      done?.({ count: texts.length })
    })
  })
  return texts
}

async function waitForEntry(page: Page, entry: unknown, times = 1): Promise<void> {
  const text = JSON.stringify(entry)
  await expect
    .poll(async () => {
      const heard = await heardIn(page)
      return heard.filter((one) => JSON.stringify(one) === text).length
    })
    .toBe(times)
}

/** Sends in the page; returns what the promise comes to. */
function send(page: Page, type: string, data: unknown): Promise<unknown> {
  return page.evaluate(
    ([name, value]) => {
      return wire.send(String(name), value).catch(({ code }) => code)
    },
    [type, data],
  )
}

const TRANSPORTS = ['websocket', 'polling'] as const

for (const transport of TRANSPORTS) {
  test.describe(`over ${transport}`, () => {
    test('chats with a page of Socket.IO’s own client', async ({ visited: page }) => {
      server = await startSocketio()
      const texts = serveChat(server)
      const other = await page.context().newPage()
      await visit(page, server)
      await visit(other, server)
      await connect(page, { transports: [transport], options: { acks: ['chat'] } })
      await connectOwn(other, ['polling', 'websocket'])
      await waitForEntry(page, ['open', transport, 'unknown'])
      await waitForEntry(other, ['open'])

      expect(await send(page, 'chat', { text: 'hello' })).toEqual({ count: 1 })
      for (const one of [page, other]) await waitForEntry(one, ['chat', { text: 'hello' }])
      const reply = await other.evaluate(() => socket.emitWithAck('chat', { text: 'hi → ü 😀' }))
      expect(reply).toEqual({ count: 2 })
      for (const one of [page, other]) await waitForEntry(one, ['chat', { text: 'hi → ü 😀' }])
      expect(texts).toEqual(['hello', 'hi → ü 😀'])
    })

    test('goes on after cuts, each with a gap, and in order', async ({ visited: page }) => {
      server = await startSocketio()
      serveChat(server)
      await visit(page, server)
      await connect(page, { transports: [transport], options: { acks: ['chat'] } })
      await waitForEntry(page, ['open', transport, 'unknown'])

      for (const cuts of [1, 2, 3]) {
        await send(page, 'chat', { text: `before ${cuts}` })
        await server.cut()
        await waitForEntry(page, ['open', transport, 'unknown'], cuts + 1)
        await waitForEntry(page, ['gap', 'unknown'], cuts)
      }

      await send(page, 'chat', { text: 'after' })
      await waitForEntry(page, ['chat', { text: 'after' }])
      const chat = (await heardIn(page)).filter((one) => JSON.stringify(one).startsWith('["chat"'))
      expect(chat).toEqual(
        ['before 1', 'before 2', 'before 3', 'after'].map((text) => ['chat', { text }]),
      )
    })

    test('recovers what was missed, without a gap', async ({ visited: page }) => {
      server = await startSocketio({ connectionStateRecovery: {} })
      serveChat(server)
      await visit(page, server)
      await connect(page, { transports: [transport], options: { acks: ['chat'] } })
      await waitForEntry(page, ['open', transport, 'unknown'])
      const sids: unknown[] = []
      server.io.on('connection', ({ id, recovered }) => sids.push([id, recovered]))
      const [id] = [...server.io.sockets.sockets.keys()]
      await send(page, 'chat', { text: 'first' })
      await waitForEntry(page, ['chat', { text: 'first' }])

      const gone = new Promise((done) =>
        server.io.sockets.sockets.get(String(id))?.once('disconnect', done),
      )
      await server.cut()
      await gone
      server.io.emit('chat', { text: 'missed' })
      server.io.emit('chat', { text: 'missed too' })
      await waitForEntry(page, ['open', transport, 'resumed'])
      server.io.emit('chat', { text: 'after' })
      await waitForEntry(page, ['chat', { text: 'after' }])

      expect(sids).toEqual([[id, true]])
      expect(
        (await heardIn(page)).filter((one) => !JSON.stringify(one).startsWith('["open"')),
      ).toEqual(['first', 'missed', 'missed too', 'after'].map((text) => ['chat', { text }]))
    })

    test('carries bytes both ways', async ({ visited: page }) => {
      server = await startSocketio()
      const got: unknown[] = []
      server.io.on('connection', (socket) => {
        socket.on('bytes', (data, done) => {
          got.push(data)
          done({ back: data.list[0], again: data.one })
        })
        socket.on('get', () => socket.emit('file', { name: 'a' }, Buffer.from([7, 8, 255])))
      })
      await visit(page, server)
      await connect(page, { transports: [transport], options: { acks: ['bytes'] }, types: [] })

      const result = await page.evaluate(async () => {
        const file = await new Promise<unknown[]>((done) => {
          wire.once('file', (data) => done(Object(data)))
          wire.send('get')
        })

        const one = Uint8Array.from({ length: 100_000 }, (_, index) => index)
        const reply = await wire.send('bytes', { one, list: [new Uint8Array([1, 2]).buffer] })
        const { back, again } = Object(reply)
        return [
          file[0],
          [...Object(file[1])],
          [...back],
          one.every((byte, at) => byte === again[at]),
          again.length,
        ]
      })
      expect(result).toEqual([{ name: 'a' }, [7, 8, 255], [1, 2], true, 100_000])
      expect(got).toEqual([{ one: expect.any(Buffer), list: [Buffer.from([1, 2])] }])
    })

    test('is refused by middleware, and let in with fresh auth', async ({ visited: page }) => {
      server = await startSocketio()
      const tokens: unknown[] = []
      server.io.of('/room').use((socket, next) => {
        tokens.push(socket.handshake.auth.token)
        next(tokens.length > 1 ? undefined : new Error('expired'))
      })
      await visit(page, server)

      await page.evaluate((name) => {
        const auth = ({ refusal }: { refusal?: { message: string } | undefined }) => ({
          token: refusal?.message ?? 'old',
        })
        const wire = steadywire.connect('/socket.io/', {
          protocol: socketio.socketio({ namespace: '/room', auth }),
          transports: [socketio[name]],
        })
        wire.connection.on('open', () => heard.push(['open']))
      }, transport)
      await waitForEntry(page, ['open'])
      expect(tokens).toEqual(['old', 'expired'])
    })

    test('ends where the server disconnects, or has no such namespace', async ({
      visited: page,
    }) => {
      server = await startSocketio()
      server.io.on('connection', (socket) => socket.disconnect())
      await visit(page, server)
      await connect(page, { transports: [transport] })
      await waitForEntry(page, ['close', 'final', null])
      await connect(page, { transports: [transport], options: { namespace: '/nowhere' } })
      await waitForEntry(page, ['close', 'failed', 'failed'])
    })

    test('answers pings, and the server’s own acknowledgements', async ({ visited: page }) => {
      server = await startSocketio({ pingInterval: 1100, pingTimeout: 5000 })
      await visit(page, server)
      const beats = new Promise<void>((done) => {
        server.io.engine.on('connection', (engine) => {
          let count = 0
          engine.on('heartbeat', () => ++count === 3 && done())
        })
      })
      const reply = new Promise((done) => {
        server.io.on('connection', (socket) => socket.emit('sum', 1, 2, done))
      })

      await page.evaluate((name) => {
        const { attachments } = socketio
        steadywire.connect('/socket.io/', {
          protocol: socketio.socketio({
            replies: { sum: (data) => Object(data)[0] + Object(data)[1] },
          }),
          transports: [socketio[name]],
          codec: attachments,
        })
      }, transport)
      expect(await reply).toBe(3)
      await beats
      expect(server.io.engine.clientsCount).toBe(1)
    })
  })
}

test('falls back to polling where no WebSocket can be opened', async ({ visited: page }) => {
  server = await startSocketio({ transports: ['polling'] })
  const texts = serveChat(server)
  await visit(page, server)
  await connect(page, { transports: ['websocket', 'polling'], options: { acks: ['chat'] } })
  await waitForEntry(page, ['open', 'polling', 'unknown'])
  await send(page, 'chat', { text: 'hello' })
  expect(texts).toEqual(['hello'])
})

for (const transport of TRANSPORTS) {
  test(`leaves no session behind: ${transport}`, async ({ visited: page }) => {
    server = await startSocketio()
    await visit(page, server)
    await connect(page, { transports: [transport] })
    await waitForEntry(page, ['open', transport, 'unknown'])
    expect(server.io.engine.clientsCount).toBe(1)
    await page.evaluate(() => {
      wire.close()
    })
    await expect.poll(() => server.io.engine.clientsCount).toBe(0)
  })
}
