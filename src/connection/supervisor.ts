/** Runs the machine: what comes into its state is opened, what leaves it is closed. Names no transport. */
import { type AttemptRecord, type Cause, describe, SteadywireError } from '../errors.ts'
import type { Notifier } from '../notifier.ts'
import { clamp } from '../platform/clamp.ts'
import { createDeadline } from '../platform/deadline.ts'
import type { Continuity, Hello } from '../protocols/protocol.ts'
import type { Transport } from '../transports/transport.ts'
import type { CloseInfo, Snapshot } from '../types.ts'
import { startAttempt } from './attempt.ts'
import { backoffDelay } from './backoff.ts'
import type { AttemptParts, RunningAttempt } from './contract.ts'
import { classifyFailure } from './failure.ts'
import { step } from './machine.ts'
import type { RateLimit } from './rate-limit.ts'
import {
  type Attempt,
  activeOf,
  type Closed,
  type Context,
  type Input,
  initialState,
  type State,
} from './state.ts'

/** Attempts remembered. */
const MAX_RECORDS = 32
/** Attempts kept back for reconnects: probes may not use them. */
const RESERVED = 16
const MAX_WINDOW_MS = 300_000
/** How much longer silence is waited for after two false alarms: the heartbeat may be one that the browser hides. */
const RELAXED = 2
/** Least time between two `unreachable` errors. */
const MINUTE_MS = 60_000

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

/** An attempt of the machine's with what runs it: for the machine it is but an identity. */
interface Run extends Attempt {
  running?: RunningAttempt
}

const describeEnd = (
  { reason, failure }: Closed,
  attempts: readonly AttemptRecord[],
): CloseInfo => {
  if (!failure) return { reason }
  const { verdict, cause } = failure
  const code = verdict === 'unauthorized' ? 'unauthorized' : 'failed'
  const fact = __DEV__ && `The server refused permanently: ${describe(cause)}`
  return { reason, error: new SteadywireError(code, fact, cause, { attempts: [...attempts] }) }
}

/** `ended` is called when the wire has ended, before its `close` event. */
export const createSupervisor = (
  parts: AttemptParts,
  notifier: Notifier,
  rateLimit: RateLimit,
  ended: (info: CloseInfo) => void,
): Supervisor => {
  const { environment, options, urls, delivery, outbox } = parts
  const { negotiation, winnerMemory, storage } = options
  const { transports, key } = urls
  const now = () => environment.performance.now()
  const store = () => (storage === undefined ? environment.localStorage : storage)

  let state = initialState(transports.length)
  let active: RunningAttempt | undefined
  let continuity: Continuity | undefined // of the last connection
  let attempts: readonly AttemptRecord[] = []
  let windowMs = options.minDelayMs
  let latest: RunningAttempt | undefined // that was active
  let retryAt: number | undefined
  let unreachableAt = -MINUTE_MS
  const timer = createDeadline(environment, () => dispatch({ type: 'tick' }))

  const backoff = () => ({
    random: () => environment.Math.random(),
    windowMs,
    floorMs: latest?.floorMs() ?? 0,
    options,
  })
  const contextOf = (attemptsLeft: number): Context => ({
    ...backoff(),
    now: now(),
    rateLimitedMs: rateLimit.waitMs(attemptsLeft),
    urlRefreshable: urls.refreshable,
    canResume: continuity !== 'unknown',
    negotiation,
    order(shortLived) {
      if (!negotiation) return [0]
      const winner = winnerMemory?.load(store, key, environment.Date.now())
      return negotiation.order(
        shortLived,
        transports.findIndex(({ name }) => name === winner),
      )
    },
  })

  const start = (attempt: Run) => {
    const transport = transports[attempt.rank] as Transport
    const usual = delivery.everOpen() ? 'reconnect' : 'connect'
    const reason = state.urlRefresh === 'pending' ? 'unauthorized' : usual
    const running = startAttempt(
      parts,
      transport,
      {
        attempt: state.tries + 1,
        race: state.since,
        reason: state.name === 'open' ? 'probe' : reason,
        patience: state.falseAlarms > 1 ? RELAXED : 1,
      },
      {
        isProbe: () => active !== undefined,
        proven(hello) {
          windowMs = clamp(hello.retryMs, 0, MAX_WINDOW_MS, windowMs)
          dispatch({ type: 'proven', attempt }, hello)
        },
        failed(cause, isMute) {
          const verdict = classifyFailure(cause, transport.seesStatus, delivery.everOpen())
          dispatch({ type: 'failed', attempt, failure: { cause, verdict, isMute } })
        },
      },
    )
    attempt.running = running
    rateLimit.count()
    attempts = [...attempts, running.record].slice(-MAX_RECORDS)
  }

  /** The stream goes on over the active connection as its hello says. */
  const promote = (
    running: RunningAttempt,
    hello: Hello,
    previous: RunningAttempt | undefined,
    ms: number,
  ) => {
    const { transport } = running.record
    const isBest = running.transport === transports[0]
    winnerMemory?.save(store, key, environment.Date.now(), isBest ? undefined : transport)
    continuity = hello.continuity
    latest = running

    // Where nothing is known to go on, an application has to subscribe again: that is what `open` says.
    if (previous && continuity !== 'unknown') {
      notifier.emit('transport', { transport, previous: previous.record.transport })
    } else notifier.emit('open', { transport, continuity, ms })
    delivery.resume(hello)
    const maxBytes = clamp(hello.maxMessageBytes, 0, Infinity, Infinity)
    outbox.attach(running, maxBytes)
  }

  const emitWait = (before: State) => {
    if (state.name !== 'waiting') return
    const { waitMs: delayMs, tries: attempt, cause } = state
    retryAt = environment.Date.now() + delayMs
    notifier.emit('retry', { delayMs, attempt, cause })

    if (before.name !== 'connecting' || now() - unreachableAt < MINUTE_MS) return
    unreachableAt = now()
    notifier.emit(
      'error',
      new SteadywireError('unreachable', __DEV__ && `No connection: ${describe(cause)}`, cause),
    )
  }

  /** Makes the world match the state, in an order in which two connections never deliver at once. `cause`: why an attempt ended. */
  const reconcile = (before: State, cause: Cause | undefined, hello: Hello | undefined) => {
    const { name } = state
    const isEntered = name !== before.name
    const isGone = name === 'closed' || name === 'suspended'
    const previous = active
    const kept: readonly Run[] = isGone ? [] : state.attempts

    if (name === 'closed') notifier.discard()
    for (const attempt of before.attempts as readonly Run[]) {
      if (!kept.includes(attempt)) attempt.running?.close()
    }
    active = (activeOf(state) as Run | undefined)?.running
    if (previous && previous !== active) outbox.detach(cause)
    if (isEntered) {
      retryAt = undefined
      notifier.emit('state', { state: name, previous: before.name })
    }
    if (hello && active) promote(active, hello, previous, now() - before.since)
    for (const attempt of kept) if (!attempt.running) start(attempt)
    if (isEntered) emitWait(before)

    if (state.name === 'closed') {
      const info = describeEnd(state, attempts)
      if (info.error) notifier.emit('error', info.error)
      ended(info)
      notifier.emit('close', info)
    }
  }

  /** `hello`: what the attempt was proven by. */
  const dispatch = (input: Input, hello?: Hello) =>
    notifier.batch(() => {
      const before = state
      // What can't resume is not probed: there a deliberate wake is a restart.
      const isWake = before.name === 'open' && input.type === 'wake'
      const isProbe = isWake && continuity !== 'unknown'
      state = step(before, input, contextOf(isProbe ? RESERVED : transports.length))
      if (state === before) return

      if (state.due !== before.due || input.type === 'tick') {
        timer.clear() // it may be late by the clock, after a jump
        if (state.due) timer.set(state.due - now())
      }
      reconcile(before, input.type === 'failed' ? input.failure.cause : undefined, hello)
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
      Math.max(rateLimit.waitMs(1), backoffDelay(tries, { ...cause, local: false }, backoff())),
    dispatch,
    listen(type, isListened) {
      for (const { running } of state.attempts as readonly Run[]) running?.listen(type, isListened)
    },
  }
}
