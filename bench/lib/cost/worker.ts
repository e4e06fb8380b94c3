/** A server in a separate process, which reports what it cost so far. Arguments: its name, and its heartbeat in milliseconds. */
import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { listenOnLoopback } from '../loopback.ts'
import type { CostAnswer, CostRequest } from './process.ts'
import { attachServer } from './servers.ts'

const SECOND_MS = 1000
const [, , name = '', heartbeat] = process.argv

const open = new Set<Socket>()
/** Bytes of connections that are closed. */
const closed = { read: 0, written: 0 }

// Node's 5 s are shorter than a heartbeat: the next request of a client that polls could meet a
// connection that is just being closed, which a browser would repeat and others would not.
const http = createServer({ keepAliveTimeout: 120_000 })
http.on('connection', (socket) => {
  open.add(socket)
  socket.on('close', () => {
    open.delete(socket)
    closed.read += socket.bytesRead
    closed.written += socket.bytesWritten
  })
})
const publish = attachServer(name, http, Number(heartbeat))

function usage(): CostAnswer {
  const { user, system } = process.cpuUsage()
  let { read, written } = closed
  for (const socket of open) {
    read += socket.bytesRead
    written += socket.bytesWritten
  }
  const atMs = performance.now()
  return { atMs, cpuMs: (user + system) / 1000, readBytes: read, writtenBytes: written }
}

/** One a second, in the middle of it. */
async function publishAll(count: number): Promise<void> {
  const text = 'x'.repeat(80)
  const start = performance.now()
  // By the clock: timers are late.
  function until(second: number): Promise<unknown> {
    const delayMs = start + second * SECOND_MS - performance.now()
    return new Promise((done) => setTimeout(done, delayMs))
  }

  for (let n = 1; n <= count; n += 1) {
    await until(n - 0.5)
    publish({ n, text })
  }
  await until(count)
}

function answer(message: CostAnswer): void {
  process.send?.(message)
}

process.on('message', async ({ publish: count }: CostRequest) => {
  if (count > 0) await publishAll(count)
  answer(usage())
})
// The parent is gone.
process.on('disconnect', () => process.exit())
const port = await listenOnLoopback(http)
answer({ ...usage(), port })
