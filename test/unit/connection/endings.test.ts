// Refusals that pass, and the end of the stream (PROTOCOL.md, section 5).
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, type Transport, websocket } from '../../../src/index.ts'
import { block, closing, hello } from '../../support/dialogue.ts'
import { start, startOpen } from '../../support/fake-wire.ts'

const poll = (options: Parameters<typeof start>[0] = {}) =>
  start({ transports: [longpoll], ...options })

describe('transient', () => {
  test.each([408, 425, 429, 500, 502, 503, 504])('%i is tried again', async (status) => {
    const { polls, wire, told } = poll()
    ;(await polls.next()).answer({ status })
    expect(wire.connection.state).toBe('waiting')
    expect(told('retry')).toMatchObject([{ cause: { reason: 'status', status } }])
  })

  test.each([1000, 1001, 1005, 1011, 1012, 1013, 3000, 4000, 4408, 4429])(
    'close code %i is tried again',
    async (code) => {
      const { socket, wire, told } = await startOpen()
      socket.end(code)
      expect(wire.connection.state).toBe('waiting')
      expect(told('retry')).toMatchObject([{ cause: { reason: 'close-code', closeCode: code } }])
    },
  )

  test('a lost network is tried again', async () => {
    const { socket, wire, told } = await startOpen()
    socket.end(1006)
    expect(wire.connection.state).toBe('waiting')
    expect(told('retry')).toMatchObject([{ cause: { reason: 'network' } }])
  })

  test.each([
    ['a captive page', 'text/html; charset=utf-8', '<html>'],
    ['JSON', 'application/json', '[]'],
    ['no type', '', ''],
    ['a type that begins alike', 'text/event-streams', hello()],
  ])('%s with 200 is another try', async (_, contentType, body) => {
    const { polls, wire, told } = poll()
    ;(await polls.next()).answer({ contentType, body })
    expect(wire.connection.state).toBe('waiting')
    expect(told('retry')).toMatchObject([{ cause: { reason: 'content-type', status: 200 } }])
    expect(wire.connection.attempts).toMatchObject([{ phase: 'connecting' }])
  })

  test('a content type is taken with parameters and in any case', async () => {
    const { polls, wire } = poll()
    ;(await polls.next()).answer({ contentType: 'Text/Event-Stream; charset=UTF-8', body: hello() })
    expect(wire.connection.state).toBe('open')
  })
})

describe('the end of the stream', () => {
  test('204 to a poll is final', async () => {
    const { polls, wire, told, alive } = poll()
    ;(await polls.next()).answer({ body: hello() })
    ;(await polls.next()).answer({ status: 204, contentType: '' })
    expect(await wire.closed).toEqual({ reason: 'final' })
    expect(told('error')).toEqual([])
    expect(told('close')).toEqual([{ reason: 'final' }])
    expect(alive()).toEqual([])
  })

  test('204 to the first poll of a race is final', async () => {
    const { sockets, sources, polls, wire, alive } = start()
    ;(await sockets.next()).end()
    ;(await sources.next()).fail()
    ;(await polls.next()).answer({ status: 204, contentType: '' })
    expect(await wire.closed).toEqual({ reason: 'final' })
    expect(alive()).toEqual([])
  })

  test.each<[string, Transport]>([
    ['WebSocket', websocket],
    ['EventSource', eventsource],
    ['long-poll', longpoll],
  ])('sw:close with final is, on %s', async (_, transport) => {
    const { sockets, sources, polls, wire, alive } = start({ transports: [transport] })
    const text = closing({ reason: 'over', final: true })
    if (transport === websocket) (await sockets.next()).accept(hello() + text)
    if (transport === eventsource) (await sources.next()).accept(hello() + text)
    if (transport === longpoll) (await polls.next()).answer({ body: hello() + text })
    expect(await wire.closed).toEqual({ reason: 'final' })
    expect(alive()).toEqual([])
  })

  test.each(['yes', 1, null])('sw:close with a final of %j is not', async (final) => {
    const { sockets, wire } = start({ transports: [websocket] })
    ;(await sockets.next()).accept(hello() + block('sw:close', { final }))
    expect(wire.connection.state).toBe('waiting')
  })

  test('sw:close in the answer to a later poll leaves nothing', async () => {
    const { polls, wire, alive } = poll()
    ;(await polls.next()).answer({ body: hello() })
    ;(await polls.next()).answer({ body: closing({ final: true }) })
    expect(await wire.closed).toEqual({ reason: 'final' })
    expect(alive()).toEqual([])
  })

  test('sw:close before any hello says nothing: the first block must be the hello', async () => {
    const { sockets, advance, wire, told } = start({ transports: [websocket] })
    ;(await sockets.next()).accept(closing({ final: true }))
    await advance(0)
    expect(told('retry')).toMatchObject([{ cause: { reason: 'protocol' } }])
    expect(wire.connection.state).toBe('waiting')
  })
})
