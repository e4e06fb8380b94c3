import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { FaultProxy, FaultState } from '../index.ts'
import { type Dialled, dial, requests } from './dial.ts'
import { startScripted } from './scripted.ts'

const totalBytes = 48 * 1024 * 1024
const streamHead = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n'

describe('a client that does not read', { timeout: 20_000 }, () => {
  /** A server that streams for as long as it is read, and tells how far it came. */
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
    flood.socket.write(streamHead)
    const block = Buffer.alloc(1024 * 1024, 'x')
    while (flood.sentBytes < totalBytes && !flood.socket.destroyed) {
      await new Promise<void>((resolve) => flood.socket.write(block, () => resolve()))
      flood.sentBytes += block.length
    }
    flood.socket.end()
  }

  /** Reads a flood of its own to the end: the time in which another could have come as far. */
  async function readAnother({ port }: FaultProxy): Promise<number> {
    const { socket, ended } = await dial(port)
    let bytes = 0
    socket.removeAllListeners('data')
    socket.on('data', (chunk) => {
      bytes += chunk.length
    })
    socket.write(requests.longpoll)
    expect(await ended).toBe('fin')
    socket.destroy()
    return bytes - streamHead.length
  }

  function stopReading({ socket }: Dialled): void {
    socket.removeAllListeners('data')
    socket.pause()
  }

  test('holds the server back, and gets everything in the end', async () => {
    const { proxy, floods } = await startFlood()
    const client = await dial(proxy.port)
    stopReading(client)
    client.socket.write(requests.longpoll)
    expect(await readAnother(proxy)).toBe(totalBytes)
    expect(floods[0]?.sentBytes).toBeLessThan(totalBytes / 2)
    let bytes = 0
    client.socket.on('data', (chunk) => {
      bytes += chunk.length
    })
    client.socket.resume()
    expect(await client.ended).toBe('fin')
    expect(bytes).toBe(totalBytes + streamHead.length)
  })

  test('may be cut while it is held back', async () => {
    const { proxy, floods } = await startFlood()
    const client = await dial(proxy.port)
    stopReading(client)
    client.socket.write(requests.eventsource)
    await readAnother(proxy)
    proxy.cut()
    await floods[0]?.done
    expect(floods[0]?.sentBytes).toBeLessThan(totalBytes / 2)
    client.socket.destroy()
  })

  test('half-open: what the server says is lost and not held back', async () => {
    const { proxy, floods } = await startFlood()
    const client = await dial(proxy.port)
    stopReading(client)
    client.socket.write(requests.eventsource)
    await readAnother(proxy)
    proxy.set({ network: 'half-open' })
    await floods[0]?.done
    expect(floods[0]?.sentBytes).toBe(totalBytes)
    client.socket.destroy()
  })

  test('buffer: what is held is bounded, and let go with the client', async () => {
    const { proxy, floods } = await startFlood({ eventsource: 'buffer' })
    const client = await dial(proxy.port, requests.eventsource)
    await client.receives(streamHead)
    await readAnother(proxy)
    expect(client.received).toBe(streamHead)
    expect(floods[0]?.sentBytes).toBeLessThan(totalBytes / 2)
    client.socket.end()
    await client.ended
    await floods[0]?.done
  })

  test('mute: the server is heard to its end', async () => {
    const { proxy, floods } = await startFlood({ eventsource: 'mute' })
    const client = await dial(proxy.port, requests.eventsource)
    await client.receives(streamHead)
    await floods[0]?.done
    expect(floods[0]?.sentBytes).toBe(totalBytes)
    await floods[0]?.closed
    expect(client.received).toBe(streamHead)
    expect(proxy.connections.eventsource).toBe(1)
  })
})
