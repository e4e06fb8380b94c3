// Codecs of bytes around the whole `plain`: its own codecs, what it can't read, and its first words stay as they are.
import { describe, expect, test } from 'vitest'
import { byType, bytes } from '../../../src/formats/index.ts'
import { eventsource, json, websocket } from '../../../src/index.ts'
import { plain } from '../../../src/plain.ts'
import { start } from '../../support/fake-wire.ts'

describe('under a codec of bytes, plain', () => {
  test('reads each transport by its own codec', async () => {
    const protocol = plain({ codecs: { eventsource: json } })
    const { wire, sources, told } = start({ transports: [eventsource], protocol, codec: bytes })
    const got: unknown[] = []
    wire.on('message', (data) => got.push(data))
    const source = await sources.next()
    source.open()
    source.receive('data: {"a":1}\n\n')

    expect(told('error')).toEqual([])
    expect(got).toEqual([{ a: 1 }])
  })

  test('tells of what can’t be unpacked', async () => {
    const protocol = plain({ unpack: () => undefined })
    const codec = byType({ image: bytes }, json)
    const { wire, sockets, told } = start({ transports: [websocket], protocol, codec })
    const got: unknown[] = []
    wire.onAny((data) => got.push(data))
    const socket = await sockets.next()
    socket.open()
    socket.receive('5')

    expect(got).toEqual([])
    expect(told('error')).toMatchObject([{ code: 'codec' }])
    expect(told('gap')).toMatchObject([{ reason: 'undecodable' }])
  })

  test('keeps bytes that come before its first words are said', async () => {
    let say = (_words: string) => {}
    const hello = () => new Promise<string>((resolve) => (say = resolve))
    const started = start({ transports: [websocket], protocol: plain({ hello }), codec: bytes })
    const { wire, sockets, told, settle } = started
    const got: unknown[] = []
    wire.on('message', (data) => got.push(data))
    const socket = await sockets.next()
    socket.open()
    await settle()
    socket.receiveBinary(new Uint8Array([1]), new Uint8Array([2]))
    expect(got).toEqual([])

    say('hi')
    await settle()
    socket.receiveBinary(new Uint8Array([3]))
    expect(told('retry')).toEqual([])
    expect(got).toEqual([1, 2, 3].map((byte) => new Uint8Array([byte])))
  })
})
