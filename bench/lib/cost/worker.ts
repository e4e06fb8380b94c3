/** A server in a process of its own, which says what it cost so far. Arguments: which, and its heartbeat in milliseconds. */
import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { listenOnLoopback } from '../loopback.ts'
import type { CostAnswer, CostRequest } from './process.ts'
import { type ServerName, servers } from './servers.ts'

const SECOND_MS = 1000
const [, , name, heartbeat] = process.argv

const open = new Set<Socket>()
/** Of connections that are gone. */
const gone = { read: 0, written: 0 }

// Node's 5 s are shorter than a heartbeat: the next request of a client that polls could meet a
// connection that is just being closed, which a browser would ask again and others would not.
const http = createServer({ keepAliveTimeout: 120_000 })
http.on('connection', (socket) => {
  open.add(socket)
  socket.on('close', () => {
    open.delete(socket)
    gone.read += socket.bytesRead
    gone.written += socket.bytesWritten
  })
})
const tell = servers[name as ServerName](http, Number(heartbeat))

function usage(): CostAnswer {
  const { user, system } = process.cpuUsage()
  let { read, written } = gone
  for (const socket of open) {
    read += socket.bytesRead
    written += socket.bytesWritten
  }
  const atMs = performance.now()
  return { atMs, cpuMs: (user + system) / 1000, readBytes: read, writtenBytes: written }
}

/** One each second, in the middle of it. */
async function tellAll(count: number): Promise<void> {
  const text = 'x'.repeat(80)
  const start = performance.now()
  // By the clock: timers are late.
  const until = (second: number) =>
    new Promise((done) => setTimeout(done, start + second * SECOND_MS - performance.now()))
  for (let n = 1; n <= count; n += 1) {
    await until(n - 0.5)
    tell({ n, text })
  }
  await until(count)
}

const answer = (message: CostAnswer) => process.send?.(message)

process.on('message', async ({ tell: count }: CostRequest) => {
  if (count > 0) await tellAll(count)
  answer(usage())
})
// The parent is gone.
process.on('disconnect', () => process.exit())
const port = await listenOnLoopback(http)
answer({ ...usage(), port })
