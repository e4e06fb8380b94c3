// A WebSocket that takes binary frames: they are read as text frames are, in order, and sent as they are.
import { describe, expect, test } from 'vitest'
import { type Frame, type Protocol, steadywire, websocket } from '../../../src/index.ts'
import { withBinaryFrames } from '../../../src/transports/binary-frames.ts'
import { hello } from '../../support/dialogue.ts'
import { start } from '../../support/fake-wire.ts'

const BYTES = new Uint8Array([0, 1, 255])

/** Frames as a protocol sees them; the connection is proven by the first text. */
async function startRaw() {
  const read: Frame[] = []
  const protocol: Protocol = {
    ...steadywire,
    read(receiver, request) {
      const reader = steadywire.read(receiver, request)
      return {
        ...reader,
        text(frame, contentType) {
          read.push(frame)
          return typeof frame === 'string' ? reader.text(frame, contentType) : [request.send(frame)]
        },
      }
    },
  }

  const started = start({ transports: [withBinaryFrames(websocket)], protocol })
  const socket = await started.sockets.next()
  socket.accept(hello())
  return { ...started, socket, read }
}

describe('a WebSocket that takes binary frames', () => {
  test('brings them as bytes, in order among the text frames', async () => {
    const { socket, read, told } = await startRaw()
    socket.receiveBinary(BYTES)
    socket.receive(': comment\n')
    socket.receiveBinary(new Uint8Array())
    expect(read.slice(1)).toEqual([BYTES, ': comment\n', new Uint8Array()])
    expect(told('error')).toEqual([])
    expect(told('gap')).toEqual([])
  })

  test('sends bytes in binary frames', async () => {
    const { socket } = await startRaw()
    socket.receiveBinary(BYTES)
    expect(socket.sentBytes).toEqual([BYTES])
    expect(socket.sent).toEqual([])
  })

  test('is a WebSocket by its name, so that it has the URL and the parameters of one', () => {
    const { name, needs, duplex } = websocket
    expect(withBinaryFrames(websocket)).toMatchObject({ name, needs, duplex })
  })
})
