// Sends with arguments that are none, or that change while they are looked at: typed errors, and no message that hangs.
import { describe, expect, test } from 'vitest'
import { connect } from '../../../src/index.ts'
import { ack, hello } from '../../support/dialogue.ts'
import { createFakeEnvironment } from '../../support/fake-environment.ts'
import { codeOf, outcomeOf, type Started, startOpen } from '../../support/fake-wire.ts'
import { prose } from '../../support/prose.ts'
import { seqsOf } from './http-stream.ts'

/** Sends with whatever arguments, which the types forbid. */
function sendAny({ wire }: Started, ...args: readonly unknown[]): Promise<unknown> {
  return Reflect.apply(wire.send, wire, args)
}

describe('the options of a send', () => {
  test.each<[string, unknown]>([
    ['null', null],
    ['a number', 5],
    ['a string', 'soon'],
    ['true', true],
    ['timeoutMs: NaN', { timeoutMs: Number.NaN }],
    ['timeoutMs: -1', { timeoutMs: -1 }],
    ['timeoutMs: a string', { timeoutMs: '5000' }],
    ['timeoutMs: an object', { timeoutMs: {} }],
    ['signal: an object', { signal: {} }],
    ['signal: true', { signal: true }],
  ])('are rejected by name: %s', async (_, options) => {
    const opened = await startOpen()
    const sent = sendAny(opened, 'chat', 1, options)
    expect(await outcomeOf(sent)).toEqual({ code: 'bad-option' })
    await expect(sent).rejects.toMatchObject({ name: 'SteadywireError' })
    expect(opened.socket.sent).toEqual([])
    expect(opened.wire.bufferedBytes).toBe(0)

    const next = opened.wire.send('chat', 2)
    expect(seqsOf(...opened.socket.sent)).toEqual([1])
    opened.socket.receive(ack(1, { reply: 'fine' }))
    expect(await outcomeOf(next)).toEqual({ value: 'fine' })
  })

  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['empty', {}],
    ['undefined each', { timeoutMs: undefined, signal: undefined }],
    ['without end', { timeoutMs: Number.POSITIVE_INFINITY }],
  ])('may be %s', async (_, options) => {
    const opened = await startOpen()
    const sent = sendAny(opened, 'chat', 1, options)
    opened.socket.receive(ack(1, { reply: 'fine' }))
    expect(await outcomeOf(sent)).toEqual({ value: 'fine' })
  })
})

test.each<[string, readonly unknown[], RegExp]>([
  ['nothing', [], /^send takes a type first: send\(type, data\)\. Give/],
  [
    'data without a type',
    [{ text: 'hello' }],
    /^send takes a type first: send\(type, data\)\. Give/,
  ],
  ['an empty type', ['', 1], /^Not a type for a message\. Give a type of one line/],
  ['a reserved type', ['sw:x', 1], /^Not a type for a message\. .*not begin with sw:/],
])('a send of %s says what it takes', async (_, args, text) => {
  const sent = sendAny(await startOpen(), ...args)
  await expect(sent).rejects.toMatchObject({ code: 'bad-event', message: prose(text) })
})

test.each<[string, unknown, RegExp]>([
  ['a function', () => 1, /^Can’t encode the data of chat: JSON has no function\. Send other data/],
  ['a bigint', 1n, /^Can’t encode the data of chat: .*BigInt.*\. Send other data/],
])('data that the codec refuses says why: %s', async (_, data, text) => {
  const sent = sendAny(await startOpen(), 'chat', data)
  await expect(sent).rejects.toMatchObject({ code: 'codec', message: prose(text) })
})

test('data whose toJSON throws no error says what is not encoded', async () => {
  const toJSON = () => {
    throw Object.create(null)
  }
  const sent = sendAny(await startOpen(), 'chat', { toJSON })
  await expect(sent).rejects.toMatchObject({ message: prose(/^Can’t encode the data of chat\. /) })
})

test('a type that can not even be text is rejected by name', async () => {
  const opened = await startOpen()
  const sent = sendAny(opened, Symbol('s'), 1)
  expect(await outcomeOf(sent)).toEqual({ code: 'bad-event' })
  expect(opened.socket.sent).toEqual([])
})

describe('a signal that aborts while the data is encoded', () => {
  test('withdraws the message: it is never sent', async () => {
    const { wire, socket, alive } = await startOpen()
    const before = alive()
    const abort = new AbortController()
    const toJSON = () => {
      abort.abort('changed my mind')
      return 1
    }
    const sent = wire.send('chat', { toJSON }, { signal: abort.signal, timeoutMs: 5000 })
    expect(await outcomeOf(sent)).toEqual({ code: 'aborted' })
    await expect(sent).rejects.toMatchObject({ cause: 'changed my mind' })
    expect(socket.sent).toEqual([])
    expect(wire.bufferedBytes).toBe(0)
    expect(alive()).toEqual(before)
  })

  test('leaves the number to the next message', async () => {
    const { wire, socket } = await startOpen()
    const abort = new AbortController()
    const inner: Promise<unknown>[] = []
    const toJSON = () => {
      inner.push(wire.send('inner', 1))
      abort.abort()
      return 1
    }
    const outer = wire.send('outer', { toJSON }, { signal: abort.signal })
    expect(await outcomeOf(outer)).toEqual({ code: 'aborted' })
    const next = wire.send('next', 2)
    expect(seqsOf(...socket.sent)).toEqual([1, 2])
    socket.receive(ack(1, { reply: 'inner' }), ack(2, { reply: 'next' }))
    expect(await Promise.all([...inner, next])).toEqual(['inner', 'next'])
  })

  test('of a codec of the application does too', async () => {
    const abort = new AbortController()
    const encode = (data: unknown) => {
      abort.abort()
      return String(data)
    }
    const { wire, socket } = await startOpen({ codec: { encode, decode: (text) => text } })
    const sent = wire.send('chat', 1, { signal: abort.signal })
    expect(await outcomeOf(sent)).toEqual({ code: 'aborted' })
    expect(socket.sent).toEqual([])
  })
})

describe('maxMessages', () => {
  if (__DEV__) {
    test.each([0, 0.5, 0.999])('can not be %d: no message could ever be sent', (maxMessages) => {
      const { environment } = createFakeEnvironment()
      expect(() => connect('/live', { environment, maxMessages })).toThrow(
        expect.objectContaining({
          name: 'SteadywireError',
          code: 'bad-option',
          message: expect.stringContaining('maxMessages'),
        }),
      )
    })
  }

  test('can be 1: one after the other', async () => {
    const { wire, socket } = await startOpen({ maxMessages: 1 }, hello())
    const first = wire.send('chat', 1)
    expect(await codeOf(wire.send('chat', 2))).toBe('queue-full')
    socket.receive(ack(1, { reply: 'one' }))
    expect(await first).toBe('one')
    const third = wire.send('chat', 3)
    socket.receive(ack(2, { reply: 'three' }))
    expect(await third).toBe('three')
  })
})
