// Sends: what goes out, in which order, and what becomes of its promise.
import { describe, expect, test } from 'vitest'
import { text, websocket } from '../../../src/index.ts'
import { ack, hello, resumed } from '../../support/dialogue.ts'
import { codeOf, outcomeOf, start, startOpen } from '../../support/fake-wire.ts'
import { prose } from '../../support/prose.ts'

const message = (seq: number, type: string, data: string) =>
  `id: ${seq}\nevent: ${type}\ndata: ${data}\n\n`

/** Sequence numbers of frames. */
const seqs = (frames: readonly string[]) =>
  frames.map((frame) => Number(/^id: (\d+)/.exec(frame)?.[1]))

describe('a message', () => {
  test('is a block with its number, its type and its data', async () => {
    const { wire, socket } = await startOpen()
    wire.send('chat', { text: 'a\nb' })
    wire.send('other', undefined)
    expect(socket.sent).toEqual([
      message(1, 'chat', '{"text":"a\\nb"}'),
      message(2, 'other', 'null'),
    ])
  })

  test('of several lines is a data field a line', async () => {
    const { wire, socket } = await startOpen({ codec: text })
    wire.send('chat', 'a\nb\r\nc')
    expect(socket.sent).toEqual(['id: 1\nevent: chat\ndata: a\ndata: b\ndata: c\n\n'])
  })

  test('sent before there is a connection goes out with it, in order', async () => {
    const { wire, sockets } = start({ transports: [websocket] })
    for (const number of [1, 2, 3]) wire.send('chat', number)
    const socket = await sockets.next()
    socket.open()
    expect(socket.sent).toEqual([])
    socket.receive(hello())
    expect(seqs(socket.sent)).toEqual([1, 2, 3])
  })

  test('may be sent by a listener, also of open', async () => {
    const { wire, sockets } = start({ transports: [websocket] })
    wire.connection.on('open', () => wire.send('chat', 'from open'))
    wire.on('n', () => wire.send('chat', 'from n'))
    const socket = await sockets.next()
    socket.accept(`${hello()}id: e-1\nevent: n\ndata: 1\n\n`)
    expect(seqs(socket.sent).sort()).toEqual([1, 2])
  })
})

describe('the promise', () => {
  test('resolves with the reply, or with undefined where there is none', async () => {
    const { wire, socket } = await startOpen()
    const first = wire.send('chat', 1)
    const second = wire.send('chat', 2)
    socket.receive(ack(1, { reply: { id: 'e-9' } }) + ack(2))
    expect(await first).toEqual({ id: 'e-9' })
    expect(await second).toBeUndefined()
  })

  test('is settled by its own acknowledgement, in whatever order they come', async () => {
    const { wire, socket } = await startOpen()
    const [first, second] = [wire.send('chat', 1), wire.send('chat', 2)]
    socket.receive(ack(2, { reply: 'two' }))
    expect(await second).toBe('two')
    expect(await outcomeOf(first)).toBe('pending')
    socket.receive(ack(1, { reply: 'one' }))
    expect(await first).toBe('one')
  })

  test('rejects when the server refused the message, with what it said', async () => {
    const { wire, socket } = await startOpen()
    const sent = wire.send('chat', 1)
    const error = { code: 'rude', message: 'mind your words' }
    socket.receive(ack(1, { error }))
    await expect(sent).rejects.toMatchObject({
      name: 'SteadywireError',
      code: 'refused',
      message: prose(/mind your words/),
      cause: error,
      retryable: false,
    })
  })

  test('rejects when the server no longer knows the outcome', async () => {
    const { wire, socket } = await startOpen()
    const sent = codeOf(wire.send('chat', 1))
    socket.receive(ack(1, { unknown: true }))
    expect(await sent).toBe('outcome-unknown')
  })

  test('is left alone by acknowledgements of others, of nothing, and repeated ones', async () => {
    const { wire, socket, told } = await startOpen()
    const first = wire.send('chat', 1)

    socket.receive(
      ack(0) +
        ack(7) +
        ack(-1) +
        ack(1, { reply: 'once' }) +
        ack(1, { error: { code: 'x', message: 'y' } }),
    )
    expect(await first).toBe('once')

    const second = wire.send('chat', 2)
    expect(await outcomeOf(second)).toBe('pending')
    expect(wire.connection.state).toBe('open')
    expect(told('error')).toEqual([])
  })

  test('is not settled by an acknowledgement of what this connection has not carried', async () => {
    const { wire, socket, sockets, advance } = await startOpen()
    const sent = wire.send('chat', 1)
    socket.end()
    await advance(2000)
    const second = await sockets.next()
    second.open()
    // Before the hello nothing counts, and nothing was sent.
    second.receive(ack(1, { reply: 'too early' }))
    expect(await outcomeOf(sent)).toBe('pending')
  })
})

describe('what is unacknowledged', () => {
  test('is sent again in order on the next connection, with the same numbers', async () => {
    const { wire, socket, sockets, advance } = await startOpen()
    const sent = [1, 2, 3, 4].map((number) => wire.send('chat', number))
    socket.receive(ack(2))
    socket.end()
    wire.send('chat', 5)
    await advance(2000)
    const second = await sockets.next()
    second.accept(resumed('h0'))
    expect(seqs(second.sent)).toEqual([1, 3, 4, 5])
    expect(second.sent[0]).toBe(socket.sent[0])
    second.receive([1, 3, 4, 5].map((seq) => ack(seq, { reply: seq })).join(''))
    expect(await Promise.all(sent)).toEqual([1, undefined, 3, 4])
  })

  test('is sent again after a hand-over, by the new connection alone', async () => {
    const { wire, socket, sockets } = await startOpen()
    wire.send('chat', 1)
    wire.connection.reconnect()
    const second = await sockets.next()
    second.accept(resumed('h0'))
    wire.send('chat', 2)
    expect(seqs(second.sent)).toEqual([1, 2])
    expect(seqs(socket.sent)).toEqual([1])
  })

  test('keeps its numbers where the server was replaced: holes and all', async () => {
    const { wire, socket, sockets, advance } = await startOpen()
    const abort = new AbortController()
    wire.send('chat', 1)
    socket.receive(ack(1))
    socket.end()
    wire.send('chat', 2, { signal: abort.signal }).catch(() => {})
    wire.send('chat', 3)
    abort.abort()
    await advance(2000)
    const second = await sockets.next()
    second.accept(hello('x-0', { continuity: 'gap' }))
    expect(seqs(second.sent)).toEqual([3])
  })

  test('counts in bufferedBytes, as UTF-8', async () => {
    const { wire, socket } = await startOpen()
    expect(wire.bufferedBytes).toBe(0)
    wire.send('chat', 'ü\u{1F600}')
    const bytes = Buffer.byteLength(message(1, 'chat', '"ü\u{1F600}"'))
    expect(wire.bufferedBytes).toBe(bytes)
    wire.send('chat', 'x')
    socket.receive(ack(1))
    expect(wire.bufferedBytes).toBe(Buffer.byteLength(message(2, 'chat', '"x"')))
    socket.receive(ack(2))
    expect(wire.bufferedBytes).toBe(0)
  })
})
