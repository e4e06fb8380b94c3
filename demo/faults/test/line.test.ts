// The line of a connection by itself: latency, throttling, resets.
import { once } from 'node:events'
import { connect, createServer, Socket } from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createByteSink, type LineConditions, reset } from '../byte-sink.ts'
import { createByteSource } from '../byte-source.ts'
import type { FaultState } from '../index.ts'
import { portOf } from '../listener.ts'
import { dial, REQUESTS } from './dial.ts'
import { echoAfterHandshake, SWITCHING, startScripted } from './scripted.ts'

async function startEcho(state: Partial<FaultState> = {}) {
  const proxy = await startScripted(echoAfterHandshake, state)
  const client = await dial(proxy.port, REQUESTS.websocket)
  await client.receives(SWITCHING)
  return { proxy, client, received: () => client.received.slice(SWITCHING.length) }
}

/** Starts a line by itself, and a client at its far end. */
async function startLine() {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve))
  const far = await dial(portOf(server))
  const socket = await accepted

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
    const client = await dial(proxy.port, REQUESTS.websocket)
    await client.receives(SWITCHING)
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

  // With a pause between them, these would exceed the test's timeout.
  test('is no pause between chunks: they are in flight together', async () => {
    const { sink, far, set } = await startLine()
    set({ latencyMs: 100 })
    const chunks = Array.from({ length: 200 }, (_, index) => `${index};`)
    for (const chunk of chunks) await sink.write(Buffer.from(chunk))
    expect(await far.receives('199;')).toBe(chunks.join(''))
  })

  test('holds the bytes that are lost when the line is stopped', async () => {
    const stopped = await startLine()
    const other = await startLine()
    const ending = await startLine()
    ending.sink.finish('fin')
    ending.sink.stop()

    for (const { set, sink } of [stopped, other]) {
      set({ latencyMs: 20 })
      void sink.write(Buffer.from('in flight'))
    }

    stopped.sink.stop()
    stopped.sink.finish('fin')
    await other.far.receives('in flight')
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

/** Starts a line of 50 kB/s to a socket that does nothing. Its clock moves with its timers alone, each 50 ms late. */
function startTimedLine(written = () => {}) {
  const clock = { now: 0 }
  vi.spyOn(performance, 'now').mockImplementation(() => clock.now)
  vi.stubGlobal('setTimeout', (run: () => void, ms: number) =>
    queueMicrotask(() => {
      clock.now += ms + 50
      run()
    }),
  )
  onTestFinished(() => {
    vi.restoreAllMocks()
    vi.unstubAllGlobals()
  })

  const write = (_: Buffer, done: () => void) => {
    written()
    done()
  }
  const socket = Object.assign(new Socket(), { write })
  const conditions = { latencyMs: 0, bytesPerSecond: 50_000 }
  return { clock, sink: createByteSink(socket, () => conditions) }
}

test.each([1, 100])('%d chunks take what they should, though each timer is late', async (count) => {
  const { clock, sink } = startTimedLine()
  for (let chunk = 0; chunk < count; chunk += 1) void sink.write(Buffer.alloc(50_000 / count))
  await sink.flushed()
  expect(clock.now).toBeGreaterThan(900)
  expect(clock.now).toBeLessThan(1100)
})

test('a receiver that did not read for a while gets no burst afterwards', async () => {
  let writes = 0
  const { clock, sink } = startTimedLine(() => {
    if (++writes === 1) clock.now += 10_000
  })
  void sink.write(Buffer.alloc(50_000))
  await sink.flushed()
  expect(clock.now).toBeGreaterThan(10_400)
  expect(clock.now).toBeLessThan(11_100)
})
