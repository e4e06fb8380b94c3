import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createByteSink, type LineConditions, reset } from '../../../demo/faults/byte-sink.ts'
import { createByteSource } from '../../../demo/faults/byte-source.ts'
import type { FaultProxy, FaultState } from '../../../demo/faults/index.ts'
import { type Dialled, dial, requests } from './dial.ts'
import { echoAfterHandshake, startScripted, switching } from './scripted.ts'

const MIB = 1024 * 1024
const streamHead = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n'

async function startEcho(state: Partial<FaultState> = {}) {
  const proxy = await startScripted(echoAfterHandshake, state)
  const client = await dial(proxy.port, requests.websocket)
  await client.receives(switching)
  return { proxy, client, received: () => client.received.slice(switching.length) }
}

/** A line by itself, and what comes out at its far end. */
async function startLine() {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const [far, [socket]] = await Promise.all([
    dial((server.address() as AddressInfo).port),
    once(server, 'connection') as Promise<[Socket]>,
  ])
  onTestFinished(() => {
    server.close()
    socket.destroy()
    far.socket.destroy()
  })
  let conditions = { latencyMs: 0, bytesPerSecond: 0 }
  return {
    far,
    socket,
    sink: createByteSink(socket, () => conditions),
    set: (changes: Partial<LineConditions>) => {
      conditions = { ...conditions, ...changes }
    },
  }
}

describe('latency', () => {
  test('is added each way', async () => {
    const { proxy, client } = await startEcho()
    for (const latencyMs of [20, 0, 40]) {
      proxy.set({ latencyMs })
      const beganAtMs = performance.now()
      client.socket.write(`marked ${latencyMs};`)
      await client.receives(`marked ${latencyMs};`)
      expect(performance.now() - beganAtMs).toBeGreaterThanOrEqual(2 * latencyMs)
    }
  })

  test('holds for new connections too, answer included', async () => {
    const proxy = await startScripted(echoAfterHandshake, { latencyMs: 25 })
    const beganAtMs = performance.now()
    const client = await dial(proxy.port, requests.websocket)
    await client.receives(switching)
    expect(performance.now() - beganAtMs).toBeGreaterThanOrEqual(50)
  })

  test('keeps the order when it changes', async () => {
    const { sink, far, set } = await startLine()
    let wanted = ''
    for (const latencyMs of [30, 0, 10, 5, 20, 0, 0, 1]) {
      set({ latencyMs })
      await sink.write(Buffer.from(`${latencyMs};`))
      wanted += `${latencyMs};`
    }
    sink.finish('fin')
    expect(await far.ended).toBe('fin')
    expect(far.received).toBe(wanted)
  })

  // One after the other, these would take longer than a test may.
  test('is no pause between chunks: they are on their way together', async () => {
    const { sink, far, set } = await startLine()
    set({ latencyMs: 100 })
    const chunks = Array.from({ length: 200 }, (_, index) => `${index};`)
    for (const chunk of chunks) await sink.write(Buffer.from(chunk))
    expect(await far.receives('199;')).toBe(chunks.join(''))
  })

  test('holds what is lost when the line is stopped', async () => {
    const stopped = await startLine()
    const other = await startLine()
    const ending = await startLine()
    ending.sink.finish('fin')
    ending.sink.stop()
    for (const { set, sink } of [stopped, other]) {
      set({ latencyMs: 20 })
      void sink.write(Buffer.from('on its way'))
    }
    stopped.sink.stop()
    stopped.sink.finish('fin')
    await other.far.receives('on its way')
    await stopped.sink.write(Buffer.from('too late'))
    expect(stopped.far.received).toBe('')
    expect(stopped.far.socket.readableEnded).toBe(false)
    expect(ending.far.socket.readableEnded).toBe(false)
  })

  test('delays an end, but after the bytes before it', async () => {
    const { client, received } = await startEcho({ latencyMs: 20 })
    const beganAtMs = performance.now()
    client.socket.end('the last words')
    expect(await client.ended).toBe('fin')
    expect(received()).toBe('the last words')
    expect(performance.now() - beganAtMs).toBeGreaterThanOrEqual(40)
  })
})

test('a source that has read enough ahead still notices the end of what it discards', async () => {
  const { far, socket } = await startLine()
  const source = createByteSource(socket)
  far.socket.end('x'.repeat(200_000))
  await once(socket, 'pause')
  source.discard()
  expect(await source.ended).toBe('fin')
  expect(await source.read()).toBeNull()
})

describe('reset', () => {
  test('is what the far end sees', async () => {
    const { far, socket } = await startLine()
    reset(socket)
    expect(await far.ended).toBe('reset')
  })

  test('closes a socket whose end is just leaving', async () => {
    const { far, socket } = await startLine()
    const closed = once(socket, 'close')
    socket.end()
    reset(socket)
    await closed
    await far.ended
  })

  test('closes a socket that is still connecting', async () => {
    const socket = connect({ port: 1, host: '127.0.0.1' })
    const closed = once(socket, 'close')
    reset(socket)
    expect(socket.destroyed).toBe(true)
    await closed
  })
})

describe('bytesPerSecond', () => {
  test('is an upper bound for each direction', async () => {
    const { proxy, client } = await startEcho()
    const bytesPerSecond = 50_000
    proxy.set({ bytesPerSecond })
    const sent = `${'x'.repeat(5_000)}!`
    const beganAtMs = performance.now()
    client.socket.write(sent)
    await client.receives(sent)
    // The last share is sent as soon as those before it are paid for.
    const paidMs = ((sent.length - bytesPerSecond / 50) * 1_000) / bytesPerSecond
    expect(performance.now() - beganAtMs).toBeGreaterThanOrEqual(paidMs)
  })

  test('may be as low as it gets, and be lifted', async () => {
    const { proxy, client } = await startEcho()
    proxy.set({ bytesPerSecond: 20 })
    client.socket.write('slow, then fast')
    await client.receives('sl')
    expect(client.received).not.toContain('fast')
    proxy.set({ bytesPerSecond: 0 })
    await client.receives('fast')
  })
})

describe('a client that does not read', { timeout: 20_000 }, () => {
  const totalBytes = 48 * MIB

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
    const block = Buffer.alloc(MIB, 'x')
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
