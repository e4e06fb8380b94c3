// A binary frame among text frames: it is lost and said to be so, and the connection goes on.
import { describe, expect, test } from 'vitest'
import { websocket } from '../../../src/index.ts'
import { block, hello } from '../../support/dialogue.ts'
import { start, startOpen, startPlain } from '../../support/fake-wire.ts'

const BYTES = new Uint8Array([1, 2, 3])

describe('a binary frame', () => {
  test('is an error and a gap before the next event, and the connection goes on', async () => {
    const { socket, log, wire } = await startOpen()
    socket.receive(block('n', 1, 'e-1'))
    log.length = 0
    socket.receiveBinary(BYTES)
    socket.receive(block('n', 2, 'e-2'))
    expect(log).toMatchObject([
      ['error', { code: 'codec' }],
      ['gap', { reason: 'undecodable', from: 'e-1' }],
      ['event', { id: 'e-2' }],
    ])
    expect(wire.connection.attempts).toMatchObject([{ outcome: 'active' }])
    expect(socket.closed).toBe(false)
  })

  test('of a raw WebSocket is so too', async () => {
    const { sockets, got, told, wire } = startPlain({ transports: [websocket] })
    const socket = await sockets.next()
    socket.accept('1')
    socket.receiveBinary(BYTES)
    socket.receive('2')
    expect(got).toEqual([1, 2])
    expect(told('error')).toMatchObject([{ code: 'codec' }])
    expect(told('gap')).toMatchObject([{ reason: 'undecodable' }])
    expect(wire.connection.state).toBe('open')
  })

  test('leaves the cursor where it is', async () => {
    const { socket, wire } = await startOpen()
    socket.receive(block('n', 1, 'e-1'))
    socket.receiveBinary(BYTES)
    expect(wire.connection.lastEventId).toBe('e-1')
  })

  test('is a sign of life', async () => {
    const { socket, wire, advance } = await startOpen({}, hello('h0', { heartbeatMs: 4000 }))
    for (let count = 0; count < 5; count++) {
      await advance(5000)
      socket.receiveBinary(BYTES)
    }
    expect(wire.connection.state).toBe('open')
  })

  test('keeps its place behind what was received before it', async () => {
    const { clock, wire, socket, log, advance } = await startOpen()
    wire.on('n', () => clock.work(1))
    const ids = Array.from({ length: 1000 }, (_, n) => `e-${n}`)
    log.length = 0
    socket.receive(ids.map((id) => block('n', ['x'.repeat(100)], id)).join(''))
    socket.receiveBinary(BYTES)
    socket.receive(block('n', 1, 'last'))
    await advance(2000)
    expect(log.slice(-3)).toMatchObject([
      ['error', { code: 'codec' }],
      ['gap', { from: 'e-999' }],
      ['event', { id: 'last' }],
    ])
    expect(log).toHaveLength(1003)
  })

  test('proves nothing before the hello', async () => {
    const { sockets, told } = start({ transports: [websocket] })
    const socket = await sockets.next()
    socket.open()
    socket.receiveBinary(BYTES)
    expect(told('open')).toEqual([])
    expect(told('gap')).toEqual([])
  })
})

describe('many of them', () => {
  test('are one error, which counts them', async () => {
    const { socket, told } = await startOpen()
    for (let count = 0; count < 5; count++) socket.receiveBinary(BYTES)
    expect(told('error')).toMatchObject([{ code: 'codec', repeats: 4 }])
  })

  test('are a gap each where events come between them', async () => {
    const { socket, names, log } = await startOpen()
    log.length = 0
    for (let count = 0; count < 3; count++) {
      socket.receiveBinary(BYTES)
      socket.receive(block('n', count, `e-${count}`))
    }
    expect(names().filter((name) => name !== 'error')).toEqual([
      'gap',
      'event',
      'gap',
      'event',
      'gap',
      'event',
    ])
  })
})
