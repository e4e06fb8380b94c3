/** Runs the machine: what comes into its state is opened, what leaves it is closed. Names no transport. */
import {
  type AttemptRecord,
  type Cause,
  describe,
  isUnauthorized,
  SteadywireError,
} from '../errors.ts'
import type { Notifier } from '../notifier.ts'
import { clamp } from '../platform/clamp.ts'
import { createDeadline } from '../platform/deadline.ts'
import { quietly } from '../platform/quietly.ts'
import type { Continuity, Hello } from '../protocols/protocol.ts'
import type { Transport } from '../transports/transport.ts'
import type { CloseInfo, Snapshot } from '../types.ts'
import { startAttempt } from './attempt.ts'
import { backoffDelay } from './backoff.ts'
import type { AttemptParts, RunningAttempt } from './contract.ts'
import { classifyFailure } from './failure.ts'
import { initialState, step } from './machine.ts'
import { MINUTE_MS, type RateLimit } from './rate-limit.ts'
import { type Attempt, activeOf, type Context, type Input, type State } from './state.ts'

/** Attempts remembered. */
const MAX_RECORDS = 32
const MAX_WINDOW_MS = 300_000
/** How much longer silence is waited for after two false alarms: the heartbeat may be one that the browser hides. */
const RELAXED = 2

export interface Supervisor {
  state(): State
  /** The active connection. */
  active(): RunningAttempt | undefined
  attempts(): readonly AttemptRecord[]
  /** What of the snapshot is known here. */
  snapshot(): Omit<Snapshot, 'error'>
  /** The wait before the next POST that failed `tries` times in a row. */
  retryDelayMs(tries: number, cause: Cause): number
  dispatch(input: Input): void
  /** An event type has its first listener, or lost its last one. */
  listen(type: string, isListened: boolean): void
}

/** An attempt of the machine, which knows its rank and its identity, with what it stands for. */
interface StartedAttempt extends Attempt {
  running?: RunningAttempt
}

/** `ended` is called when the wire has ended, before its `close` event. */
export const createSupervisor = (
  parts: AttemptParts,
  notifier: Notifier,
  rateLimit: RateLimit,
  ended: (info: CloseInfo) => void,
): Supervisor => {
  const { environment, options, urls, delivery, outbox } = parts
  const { transports } = urls
  const memory = options.winnerMemory?.(environment, options, urls)
  const now = () => environment.performance.now()

  let state = initialState
  let active: RunningAttempt | undefined
  let continuity: Continuity | undefined // of the last connection
  let attempts: readonly AttemptRecord[] = []
  let windowMs = options.minDelayMs
  let latest: RunningAttempt | undefined // that was active
  let falseAlarms = 0 // connections in a row that ended for their silence
  let retryAt: number | undefined
  let unreachableAt = -MINUTE_MS
  const timer = createDeadline(environment, () => dispatch({ type: 'tick' }))

  const createContext = (): Context => ({
    now: now(),
    draw: environment.Math.random(),
    windowMs,
    floorMs: latest?.floorMs() ?? 0,
    options,
    urls,
    memory,
    continuity: options.protocol.exclusive ? 'unknown' : continuity,
    rateLimitedMs: rateLimit.waitMs,
  })

  const start = (attempt: StartedAttempt) => {
    const transport = transports[attempt.rank] as Transport
    const usual = delivery.everOpen() ? 'reconnect' : 'connect'
    const reason = state.refreshableAt === Infinity ? 'unauthorized' : usual
    const running = startAttempt(
      parts,
      transport,
      {
        attempt: state.tries + 1,
        race: state.since,
        reason: active ? 'probe' : reason,
        patience: falseAlarms > 1 ? RELAXED : 1,
      },
      {
        isProbe: () => active !== undefined,
        proven(hello) {
          windowMs = clamp(hello.retryMs, 0, MAX_WINDOW_MS, windowMs)
          dispatch({ type: 'proven', attempt, hello })
        },
        failed(cause, isMute) {
          const verdict = classifyFailure(cause, transport.seesStatus, delivery.everOpen())
          const isSilent = isMute && cause.reason === 'heartbeat'
          falseAlarms = isMute ? falseAlarms + Number(isSilent) : 0
          if (__DEV__ && falseAlarms > 1) parts.advise?.('silent-heartbeat')
          dispatch({ type: 'failed', attempt, cause, verdict, isSilent })
        },
      },
    )
    attempt.running = running
    rateLimit.count()
    attempts = [...attempts, running.record].slice(-MAX_RECORDS)
  }

  /** The stream goes on over the active connection as its hello says. */
  const promote = (running: RunningAttempt, hello: Hello, ms: number, previous?: string) => {
    const { record, transport } = running
    quietly(() => memory?.save(transports.indexOf(transport)))
    continuity = hello.continuity
    latest = running

    // Where nothing is known to go on, an application has to subscribe again: that is what `open` says.
    if (previous && continuity !== 'unknown') {
      notifier.emit('transport', { transport: record.transport, previous })
    } else notifier.emit('open', { transport: record.transport, continuity, ms })
    delivery.resume(hello)
    const maxBytes = clamp(hello.maxMessageBytes, 0, Infinity, Infinity)
    outbox.attach(running, maxBytes)
  }

  const emitWait = (cause: Cause, isRace: boolean) => {
    const { waitMs: delayMs, tries: attempt } = state
    retryAt = environment.Date.now() + delayMs
    notifier.emit('retry', { delayMs, attempt, cause })

    if (!isRace || now() - unreachableAt < MINUTE_MS) return
    unreachableAt = now()
    notifier.emit(
      'error',
      new SteadywireError('unreachable', __DEV__ && `No connection: ${describe(cause)}`, cause),
    )
  }

  const emitEnd = ({ reason = 'closed', cause }: State) => {
    let info: CloseInfo = { reason }
    if (cause && reason === 'failed') {
      const error = new SteadywireError(
        isUnauthorized(cause) ? 'unauthorized' : 'failed',
        __DEV__ && `The server refused permanently: ${describe(cause)}`,
        cause,
        { attempts: [...attempts] },
      )
      info = { reason, error }
      notifier.emit('error', error)
    }
    ended(info)
    notifier.emit('close', info)
  }

  /** Makes the world match the state, in an order in which two connections never deliver at once. */
  const reconcile = (before: State, { cause, hello }: Input) => {
    const { name, cause: why } = state
    const isEntered = name !== before.name
    const previous = active
    const isGone = name === 'closed' || name === 'suspended'
    const kept: readonly StartedAttempt[] = isGone ? [] : state.attempts

    if (name === 'closed') notifier.discard()
    for (const attempt of before.attempts as readonly StartedAttempt[]) {
      if (!kept.includes(attempt)) attempt.running?.close()
    }
    active = (activeOf(state) as StartedAttempt | undefined)?.running
    if (previous && previous !== active) outbox.detach(cause)
    if (isEntered) {
      retryAt = undefined
      notifier.emit('state', { state: name, previous: before.name })
    }
    if (hello && active) promote(active, hello, now() - before.since, previous?.record.transport)
    for (const attempt of kept) if (!attempt.running) start(attempt)
    // One wait may take the place of another.
    if (why && name === 'waiting' && state.due !== before.due) {
      emitWait(why, !!cause && before.name === 'connecting')
    }
    if (name === 'closed') emitEnd(state)
  }

  const dispatch = (input: Input) =>
    notifier.batch(() => {
      const before = state
      state = step(before, input, createContext())
      if (state === before) return

      timer.clear() // it may be late by the clock, after a jump
      if (state.due) timer.set(state.due - now())
      reconcile(before, input)
    })

  return {
    state: () => state,
    active: () => active,
    attempts: () => attempts,
    snapshot: () => ({
      state: state.name,
      transport: active?.record.transport,
      continuity,
      retryAt,
    }),
    retryDelayMs: (tries, cause) =>
      Math.max(
        rateLimit.waitMs(1),
        backoffDelay(tries, { ...cause, local: false }, createContext()),
      ),
    dispatch,
    listen(type, isListened) {
      for (const { running } of state.attempts as readonly StartedAttempt[])
        running?.listen(type, isListened)
    },
  }
}
