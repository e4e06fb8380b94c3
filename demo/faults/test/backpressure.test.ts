// A client that does not read: what the proxy holds is bounded, in each mode.
import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { FaultProxy, FaultState } from '../index.ts'
import { type Dialled, dial, REQUESTS } from './dial.ts'
import { startScripted } from './scripted.ts'

const TOTAL_BYTES = 48 * 1024 * 1024
const STREAM_HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n'

describe('a client that does not read', { timeout: 20_000 }, () => {
  /** Starts a server that streams as fast as it is read, and counts its bytes. */
  async function startFlood(state: Partial<FaultState> = {}) {
    const floods: { sentBytes: number; done: Promise<void>; closed: Promise<unknown> }[] = []
    const proxy = await startScripted((socket) => {
      const closed = new Promise((resolve) => socket.on('close', resolve))
      const flood = { socket, sentBytes: 0, done: Promise.resolve(), closed }
      floods.push(flood)
      socket.once('data', () => {
        flood.done = pour(flood)
      })
    }, state)
    return { proxy, floods }
  }

  async function pour(flood: { socket: Socket; sentBytes: number }): Promise<void> {
    flood.socket.write(STREAM_HEAD)
    const block = Buffer.alloc(1024 * 1024, 'x')
    while (flood.sentBytes < TOTAL_BYTES && !flood.socket.destroyed) {
      await new Promise<void>((resolve) => flood.socket.write(block, () => resolve()))
      flood.sentBytes += block.length
    }
    flood.socket.end()
  }

  /** Reads another flood to its end. In that time the first one could have come as far. */
  async function readAnother({ port }: FaultProxy): Promise<number> {
    const { socket, ended } = await dial(port)
    let bytes = 0
    socket.removeAllListeners('data')
    socket.on('data', (chunk) => {
      bytes += chunk.length
    })
    socket.write(REQUESTS.longpoll)
    expect(await ended).toBe('fin')
    socket.destroy()
    return bytes - STREAM_HEAD.length
  }

  function stopReading({ socket }: Dialled): void {
    socket.removeAllListeners('data')
    socket.pause()
  }

  test('holds the server back, and gets everything in the end', async () => {
    const { proxy, floods } = await startFlood()
    const client = await dial(proxy.port)
    stopReading(client)
    client.socket.write(REQUESTS.longpoll)
    expect(await readAnother(proxy)).toBe(TOTAL_BYTES)
    expect(floods[0]?.sentBytes).toBeLessThan(TOTAL_BYTES / 2)
    let bytes = 0
    client.socket.on('data', (chunk) => {
      bytes += chunk.length
    })
    client.socket.resume()
    expect(await client.ended).toBe('fin')
    expect(bytes).toBe(TOTAL_BYTES + STREAM_HEAD.length)
  })

  test('may be cut while it is held back', async () => {
    const { proxy, floods } = await startFlood()
    const client = await dial(proxy.port)
    stopReading(client)
    client.socket.write(REQUESTS.eventsource)
    await readAnother(proxy)
    proxy.cut()
    await floods[0]?.done
    expect(floods[0]?.sentBytes).toBeLessThan(TOTAL_BYTES / 2)
    client.socket.destroy()
  })

  test('half-open: the bytes of the server are lost and not held back', async () => {
    const { proxy, floods } = await startFlood()
    const client = await dial(proxy.port)
    stopReading(client)
    client.socket.write(REQUESTS.eventsource)
    await readAnother(proxy)
    proxy.set({ network: 'half-open' })
    await floods[0]?.done
    expect(floods[0]?.sentBytes).toBe(TOTAL_BYTES)
    client.socket.destroy()
  })

  test('buffer: what is held is bounded, and released with the client', async () => {
    const { proxy, floods } = await startFlood({ eventsource: 'buffer' })
    const client = await dial(proxy.port, REQUESTS.eventsource)
    await client.receives(STREAM_HEAD)
    await readAnother(proxy)
    expect(client.received).toBe(STREAM_HEAD)
    expect(floods[0]?.sentBytes).toBeLessThan(TOTAL_BYTES / 2)
    client.socket.end()
    await client.ended
    await floods[0]?.done
  })

  test('mute: the server is read to its end', async () => {
    const { proxy, floods } = await startFlood({ eventsource: 'mute' })
    const client = await dial(proxy.port, REQUESTS.eventsource)
    await client.receives(STREAM_HEAD)
    await floods[0]?.done
    expect(floods[0]?.sentBytes).toBe(TOTAL_BYTES)
    await floods[0]?.closed
    expect(client.received).toBe(STREAM_HEAD)
    expect(proxy.connections.eventsource).toBe(1)
  })
})
