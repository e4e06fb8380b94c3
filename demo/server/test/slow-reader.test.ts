// A reader that does not keep up costs bounded memory, is dropped, and can resume.
import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createMemoryStore, type MemoryStoreOptions } from '../index.ts'
import { ofKind, type RunningServer, startServer } from './support/running-server.ts'
import { turns } from './support/slow-store.ts'

const MIB = 1024 * 1024

const REQUEST_HEAD = {
  eventsource: 'Accept: text/event-stream\r\n',
  websocket:
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n',
}

/** Asks for a stream and never reads a byte of it. */
async function stall(running: RunningServer, transport: 'websocket' | 'eventsource') {
  const { host, hostname, port } = new URL(running.url)
  const socket = connect(Number(port), hostname)
  onTestFinished(() => void socket.destroy())
  socket.pause()
  socket.on('error', () => {})
  socket.write(`GET /live HTTP/1.1\r\nHost: ${host}\r\n${REQUEST_HEAD[transport]}\r\n`)
  const opened = await running.observations.nextThat(ofKind('open'))
  return { cursor: String(opened.cursor) }
}

/** A store that counts the bytes of data that were read for the readers. */
function createCountingStore(options: MemoryStoreOptions) {
  const { log, clients } = createMemoryStore(options)
  const counted = { readBytes: 0 }
  const countingLog: typeof log = Object.create(log, {
    append: { value: log.append.bind(log) },
    locate: { value: log.locate.bind(log) },
    onAppend: { value: log.onAppend.bind(log) },
    readAfter: {
      async value(cursor: string, maxBytes: number) {
        const events = await log.readAfter(cursor, maxBytes)
        for (const { data } of events ?? []) counted.readBytes += data.length
        return events
      },
    },
  })

  return { store: { log: countingLog, clients }, counted }
}

describe.each(['websocket', 'eventsource'] as const)('%s', (transport) => {
  test('a reader that stands still is dropped after a heartbeat, and nothing piles up for it', async () => {
    const { store, counted } = createCountingStore({ maxBytes: 100 * MIB })
    const running = await startServer({ store, heartbeatMs: 50 })
    const { cursor } = await stall(running, transport)
    const data = 'x'.repeat(MIB)
    for (let n = 0; n < 64; n++) {
      await running.server.publish('large', data)
      await turns(1)
    }
    const dropped = await running.observations.nextThat(ofKind('dropped'))
    expect(dropped).toMatchObject({ transport, reason: expect.stringContaining('too slow') })
    await running.observations.nextThat(ofKind('closed'))
    expect(running.server.connections.size).toBe(0)
    // What the kernel took, and one write more.
    expect(counted.readBytes).toBeLessThan(32 * MIB)

    const patient = await startServer({ store })
    const stream = await patient.open(transport, { cursor })
    expect(JSON.parse(stream.hello.data)).toMatchObject({ continuity: 'resumed' })
    for (let n = 0; n < 64; n++) await stream.blocks.nextThat(({ type }) => type === 'large')
  })

  test('a reader whose cursor is no longer retained is dropped, so that a hello can announce the gap', async () => {
    const store = createMemoryStore({ maxEvents: 2 })
    const running = await startServer({ store, heartbeatMs: 60_000 })
    const stream = await running.open(transport)
    await running.publishNumbers(1, 5)
    await stream.ended
    const { reason } = await running.observations.nextThat(ofKind('dropped'))
    expect(reason).toContain('no longer retained')
    const again = await running.open(transport, { cursor: String(stream.hello.id) })
    expect(JSON.parse(again.hello.data)).toMatchObject({ continuity: 'gap' })
    expect((await again.blocks.next()).data).toBe('4')
  })

  test('ephemeral events for a reader that stands still are thrown away', async () => {
    const running = await startServer({ heartbeatMs: 60_000 })
    await stall(running, transport)
    const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed
    const data = 'x'.repeat(MIB / 2)
    for (let n = 0; n < 400; n++) {
      await running.server.publish('large', data, { ephemeral: true })
      await turns(1)
    }
    const after = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed
    expect(after - before).toBeLessThan(100 * MIB)
  })
})

test('a client that does not read its acks is dropped', async () => {
  const running = await startServer({
    heartbeatMs: 60_000,
    onMessage: () => 'x'.repeat(MIB / 2),
  })
  const { socket } = await running.openWebSocket({ clientId: 'c1' })
  socket.pause()
  for (let seq = 1; seq <= 200; seq++) socket.send(`id: ${seq}\nevent: a\ndata: b\n\n`)
  const { reason } = await running.observations.nextThat(ofKind('dropped'))
  expect(reason).toContain('acks')
})
