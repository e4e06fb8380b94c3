/** The writing half of a socket behind a slow line: delay and throttle, order kept, memory bounded. */
import type { Socket } from 'node:net'
import type { End } from './byte-source.ts'
import type { FaultState } from './state.ts'

/** Upper bound of the bytes on the line before `write` makes its caller wait. */
const LINE_BYTES = 1024 * 1024
/** Interval of writes on a throttled line, short enough that the bytes arrive evenly and not in bursts. */
const PACE_MS = 20
/** Upper bound of the delay by late timers that is caught up: a client that stopped reading gets no burst afterwards. */
const CATCH_UP_MS = 500

export type LineConditions = Pick<FaultState, 'latencyMs' | 'bytesPerSecond'>

export interface ByteSink {
  /** Settles when there is room for more bytes. */
  write(bytes: Buffer): Promise<void>
  /** Settles when all that was written is sent. */
  flushed(): Promise<void>
  /** After all that was written: ends as the input of the other side did. */
  finish(how: End): void
  /** After all that was written: sends a FIN, and stops reading. */
  close(): void
  /** At once: sends nothing more, not even a FIN. */
  stop(): void
}

interface Task {
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
    let restMs = timeMs - performance.now()
    // A loop, as a timer may fire a little early.
    while (restMs > 0) {
      const delayMs = Math.ceil(restMs)
      await new Promise<void>((resolve) => {
        timer = setTimeout(resolve, delayMs)
      })
      restMs = timeMs - performance.now()
    }
  }

  async function send(bytes: Buffer): Promise<void> {
    let rest = bytes
    while (rest.length > 0 && !stopped) {
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

      // Counts from the time that was due, not from when the timer fired: a busy machine must not slow the line down.
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

  function end(how: End): void {
    if (how === 'fin') socket.end()
    else reset(socket)
  }

  socket.on('close', stop)

  return {
    async write(bytes) {
      enqueue(() => send(bytes), bytes.length)
      if (queuedBytes < LINE_BYTES) return

      await new Promise<void>((resolve) => waitingForRoom.push(resolve))
    },
    flushed: () => new Promise((resolve) => enqueue(resolve)),
    finish: (how) => enqueue(() => end(how)),
    close: () => enqueue(() => socket.destroySoon()),
    stop,
  }
}

/**
 * Sends an RST where that is possible. While a socket connects, or its FIN is not sent yet, the system
 * refuses it, and Node's `resetAndDestroy` would leave the socket open.
 */
export function reset(socket: Socket): void {
  const finIsPending = socket.writableEnded && !socket.writableFinished
  if (socket.connecting || finIsPending) socket.destroy()
  else socket.resetAndDestroy()
}
