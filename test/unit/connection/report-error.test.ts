// A listener that throws is reported; where the report throws too, nothing else is harmed.
import { describe, expect, test } from 'vitest'
import {
  type ConnectionEvents,
  connect,
  longpoll,
  type Options,
  websocket,
} from '../../../src/index.ts'
import { ack, block, hello, resumed } from '../../support/dialogue.ts'
import { createFakeEnvironment } from '../../support/fake-environment.ts'
import { type Data, outcomeOf } from '../../support/fake-wire.ts'

function fail(): never {
  throw new Error('in a listener')
}

/** A page whose `reportError` throws, or is none. */
function createBadPage(reportError: unknown) {
  const world = createFakeEnvironment()
  Reflect.set(world.environment, 'reportError', reportError)
  return world
}

const PAGES: readonly (readonly [string, unknown])[] = [
  ['throws', fail],
  ['is missing', undefined],
  ['is no function', 5],
]

/** A connection over WebSocket, and what good listeners heard. */
async function open(reportError: unknown, options: Options = {}) {
  const world = createBadPage(reportError)
  const { environment } = world
  const settings = { environment, transports: [websocket], ...options }
  const wire = connect<Data, Data>('https://live.example/stream', settings)
  const heard: string[] = []
  return { ...world, wire, heard }
}

describe.each(PAGES)('where reportError %s', (_, reportError) => {
  test.each<keyof ConnectionEvents>(['state', 'open'])(
    'a listener of %s that throws keeps nothing from going on',
    async (type) => {
      const { wire, sockets, heard } = await open(reportError)
      wire.connection.on(type, fail)
      wire.connection.on(type, () => heard.push(type))
      wire.connection.on('gap', () => heard.push('gap'))
      wire.on('n', () => heard.push('n'))
      const socket = await sockets.next()
      socket.accept(hello('h0') + block('n', 1, 'e-1'))
      socket.receive(hello('elsewhere'))
      expect(heard).toEqual([type, 'n', 'gap'])
      expect(wire.connection.state).toBe('open')
    },
  )

  test('nor does one of the application', async () => {
    const { wire, sockets, heard } = await open(reportError)
    wire.on('n', fail)
    wire.on('n', (data) => heard.push(`n ${data}`))
    const socket = await sockets.next()
    socket.accept(hello('h0') + block('n', 1, 'e-1') + block('n', 2, 'e-2'))
    socket.receive(block('n', 3, 'e-3'))
    expect(heard).toEqual(['n 1', 'n 2', 'n 3'])
    expect(wire.connection.lastEventId).toBe('e-3')
    expect(wire.connection.attempts).toMatchObject([{ outcome: 'active' }])
  })

  test('nor those of gap, error, retry and transport', async () => {
    const { wire, sockets, heard, settle } = await open(reportError)
    for (const type of ['gap', 'error', 'retry', 'transport'] as const) {
      wire.connection.on(type, fail)
      wire.connection.on(type, () => heard.push(type))
    }
    wire.on('n', () => heard.push('n'))
    const socket = await sockets.next()
    socket.accept(hello('h0'))
    socket.receive('id: e-1\nevent: n\ndata: {\n\n')
    wire.connection.reconnect()
    const second = await sockets.next()
    second.accept(resumed('e-1'))
    second.end()
    const third = await sockets.soon()
    third.accept(resumed('e-1') + block('n', 2, 'e-2'))
    await settle()
    expect(heard).toEqual(['error', 'gap', 'transport', 'retry', 'n'])
    expect(wire.connection.state).toBe('open')
  })

  test('nor one of drain: sends go on', async () => {
    const { wire, sockets, heard } = await open(reportError, { maxMessages: 1 })
    wire.connection.on('drain', fail)
    wire.connection.on('drain', () => heard.push('drain'))
    const socket = await sockets.next()
    socket.accept(hello('h0'))
    const first = wire.send('chat', 1)
    expect(await outcomeOf(wire.send('chat', 2))).toEqual({ code: 'queue-full' })
    socket.receive(ack(1, { reply: 'one' }))
    const third = wire.send('chat', 3)
    socket.receive(ack(2, { reply: 'two' }))
    expect(await Promise.all([first, third])).toEqual(['one', 'two'])
    expect(heard).toEqual(['drain'])
  })

  test('a listener of close that throws leaves nothing behind', async () => {
    const { wire, sockets, heard, alive } = await open(reportError)
    wire.connection.on('state', fail)
    wire.connection.on('close', fail)
    wire.connection.on('close', ({ reason }) => heard.push(reason))
    ;(await sockets.next()).accept(hello('h0'))
    const sent = wire.send('chat', 1)
    expect(() => wire.close()).not.toThrow()
    expect(await wire.closed).toEqual({ reason: 'closed' })
    expect(await outcomeOf(sent)).toEqual({ code: 'closed' })
    expect(heard).toEqual(['closed'])
    expect(alive()).toEqual([])
  })

  test('a poll is read to its end, and the next one begins', async () => {
    const { wire, polls, heard, alive } = await open(reportError, { transports: [longpoll] })
    wire.on('n', fail)
    wire.on('n', (data) => heard.push(`n ${data}`))
    const body = hello('h0') + block('n', 1, 'e-1') + block('n', 2, 'e-2')
    ;(await polls.next()).answer({ body })
    expect(await polls.left()).toBe(1)
    expect(heard).toEqual(['n 1', 'n 2'])
    wire.close()
    expect(alive()).toEqual([])
  })
})
