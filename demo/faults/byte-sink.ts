/** The writing half of a socket behind a slow line: delay and throttle, order kept, memory bounded. */
import type { Socket } from 'node:net'
import type { End } from './byte-source.ts'
import type { FaultState } from './state.ts'

/** Bytes on the line before `write` makes its caller wait. */
const LINE_BYTES = 1024 * 1024
/** A throttled line is written this often, so that it looks like a line and not like bursts. */
const PACE_MS = 20
/** What late timers held up is made up for, but no more than this: who stopped reading gets no burst afterwards. */
const CATCH_UP_MS = 500

export type LineConditions = Pick<FaultState, 'latencyMs' | 'bytesPerSecond'>

export type ByteSink = {
  /** Settles when there is room for more. */
  write(bytes: Buffer): Promise<void>
  /** Settles when all that was written has left. */
  flushed(): Promise<void>
  /** After all that was written: passes on how the other side's input ended. */
  finish(how: End): void
  /** After all that was written: FIN, and nothing is read any more. */
  close(): void
  /** Now: nothing more leaves, not even a FIN. */
  stop(): void
}

type Task = {
  readonly dueAtMs: number
  readonly bytes: number
  readonly run: () => void | Promise<void>
}

export function createByteSink(socket: Socket, conditions: () => LineConditions): ByteSink {
  const tasks: Task[] = []
  let queuedBytes = 0
  let working = false
  let stopped = false
  let paidUntilMs = 0
  let waitingForRoom: (() => void)[] = []
  let timer: NodeJS.Timeout | undefined

  async function sleepUntil(timeMs: number): Promise<void> {
    // A timer may fire a little early, so the clock has the last word.
    for (let restMs = timeMs - performance.now(); restMs > 0; restMs = timeMs - performance.now()) {
      await new Promise<void>((resolve) => {
        timer = setTimeout(resolve, Math.ceil(restMs))
      })
    }
  }

  async function send(bytes: Buffer): Promise<void> {
    for (let rest = bytes; rest.length > 0 && !stopped; ) {
      const { bytesPerSecond } = conditions()
      const share = Math.max(1, Math.floor((bytesPerSecond * PACE_MS) / 1000))
      const part = bytesPerSecond > 0 ? rest.subarray(0, share) : rest
      rest = rest.subarray(part.length)
      if (bytesPerSecond > 0) {
        await sleepUntil(paidUntilMs)
        const fromMs = Math.max(paidUntilMs, performance.now() - CATCH_UP_MS)
        paidUntilMs = fromMs + (part.length * 1000) / bytesPerSecond
      }
      if (!stopped) await new Promise<void>((resolve) => socket.write(part, () => resolve()))
    }
  }

  async function work(): Promise<void> {
    working = true
    for (let task = tasks.shift(); task; task = tasks.shift()) {
      await sleepUntil(task.dueAtMs)
      if (stopped) break
      // By when it was due, not by when the timer fired: a busy machine makes the line no slower than it is to be.
      paidUntilMs = Math.max(paidUntilMs, task.dueAtMs)
      await task.run()
      queuedBytes -= task.bytes
      if (queuedBytes < LINE_BYTES) releaseWaiting()
    }
    working = false
  }

  function releaseWaiting(): void {
    const released = waitingForRoom
    waitingForRoom = []
    for (const resolve of released) resolve()
  }

  function enqueue(run: Task['run'], bytes = 0): void {
    if (stopped) return
    tasks.push({ dueAtMs: performance.now() + conditions().latencyMs, bytes, run })
    queuedBytes += bytes
    if (!working) void work()
  }

  function stop(): void {
    stopped = true
    tasks.length = 0
    queuedBytes = 0
    clearTimeout(timer)
    releaseWaiting()
  }

  socket.on('close', stop)

  return {
    async write(bytes) {
      enqueue(() => send(bytes), bytes.length)
      if (queuedBytes < LINE_BYTES) return
      await new Promise<void>((resolve) => waitingForRoom.push(resolve))
    },
    flushed: () => new Promise((resolve) => enqueue(resolve)),
    finish: (how) => enqueue(() => (how === 'fin' ? void socket.end() : reset(socket))),
    close: () => enqueue(() => socket.destroySoon()),
    stop,
  }
}

/**
 * RST, wherever one can be sent: not while connecting, and not while a FIN is leaving. The system
 * refuses it then, and Node's `resetAndDestroy` would leave the socket open for good.
 */
export function reset(socket: Socket): void {
  const finIsLeaving = socket.writableEnded && !socket.writableFinished
  if (socket.connecting || finIsLeaving) socket.destroy()
  else socket.resetAndDestroy()
}
