// Protocol Buffers by two compilers' code: protobufjs and @bufbuild/protobuf read each other's bytes through the codec.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { type Timestamp, TimestampSchema } from '@bufbuild/protobuf/wkt'
import protobufjs from 'protobufjs'
import { describe, expect, test } from 'vitest'
import { protobuf } from '../../../src/formats/index.ts'
import { startOpen } from '../../support/fake-wire.ts'
import { binaryFrame, parseFrame } from './frames.ts'

const { root } = protobufjs.parse(`
  syntax = "proto3";
  message Time { int64 seconds = 1; int32 nanos = 2; }
`)

const byProtobufjs = protobuf(root.lookupType('Time'))
const byBufbuild = protobuf({
  encode: (time: Timestamp) => toBinary(TimestampSchema, time),
  decode: (bytes) => fromBinary(TimestampSchema, bytes),
})
const TIME = { seconds: 5n, nanos: 7 }

async function receive(codec: typeof byBufbuild, data: Uint8Array) {
  const { wire, socket, told } = await startOpen({ codec })
  const got: unknown[] = []
  wire.on('time', (time) => got.push(time))
  socket.receiveBinary(binaryFrame([{ id: 'e-1', type: 'time', data }]))
  return { got, told }
}

async function sent(codec: typeof byBufbuild, data: unknown): Promise<Uint8Array> {
  const { wire, socket } = await startOpen({ codec })
  wire.send('time', data)
  return socket.sentBytes.flatMap(parseFrame)[0]?.data ?? new Uint8Array()
}

describe('protobuf', () => {
  test('takes a type of protobufjs as it is', async () => {
    const data = toBinary(TimestampSchema, create(TimestampSchema, TIME))
    const { got } = await receive(byProtobufjs, data)

    expect(got).toMatchObject([{ nanos: 7 }])
    expect(await sent(byProtobufjs, { seconds: 5, nanos: 7 })).toEqual(new Uint8Array(data))
  })

  test('takes the functions of @bufbuild/protobuf', async () => {
    const time = create(TimestampSchema, TIME)
    const data = await sent(byBufbuild, time)

    expect(data.length).toBeGreaterThan(0)
    const { got } = await receive(byBufbuild, data)
    expect(got).toEqual([time])
  })

  test('turns bytes of another message into an error and a gap', async () => {
    for (const codec of [byProtobufjs, byBufbuild]) {
      const { got, told } = await receive(codec, new Uint8Array([0xff, 0xff]))
      expect(got).toEqual([])
      expect(told('error')).toMatchObject([{ code: 'codec', eventId: 'e-1' }])
      expect(told('gap')).toMatchObject([{ to: 'e-1' }])
    }
  })
})
