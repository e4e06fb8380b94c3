/** Runs the machine: what comes into its state is opened, what leaves it is let go. Names no transport. */
import { bound } from './backoff.ts'
import { createDeadline } from './deadline.ts'
import { describe, SteadywireError } from './errors.ts'
import {
  type Attempt,
  activeOf,
  type Closed,
  type Input,
  initialState,
  type State,
} from './life.ts'
import { type Link, type LinkParts, openLink } from './link.ts'
import { step } from './machine.ts'
import type { News } from './news.ts'
import { judge } from './refusals.ts'
import type { AttemptRecord, Cause, CloseInfo, Hello, Transport } from './types.ts'

/** Attempts remembered, and the most that may begin within a minute. */
const MAX_ATTEMPTS = 32
const MINUTE_MS = 60_000
/** So many of them are not for checks of what is open. */
const RESERVED = 16

export interface Runner {
  state(): State
  /** The promoted connection. */
  active(): Link | undefined
  attempts(): readonly AttemptRecord[]
  apply(input: Input): void
  /** An event type has its first listener. */
  listen(type: string): void
}

/** An attempt of the machine's with what runs it: for the machine it is but an identity. */
interface Running extends Attempt {
  link?: Link
}

const describeEnd = ({ reason, cause }: Closed, attempts: readonly AttemptRecord[]): CloseInfo => {
  if (reason !== 'failed') return { reason }
  const why = describe(cause as Cause)
  const error = new SteadywireError(
    /40[13]$/.test(why) ? 'unauthorized' : 'failed',
    `The server refused for good (${why}): check URL and credentials`,
    cause,
    attempts,
  )
  return { reason, error }
}

/** `ended` is told when the wire has ended, before its `close` event. */
export const createRunner = (
  parts: LinkParts,
  news: News,
  ended: (info: CloseInfo) => void,
): Runner => {
  const { environment, options, addresses, inbound, outbound } = parts
  const { negotiation, storage } = options
  const { transports, key, renewable } = addresses
  const now = () => environment.Date.now()
  const store = () => (storage === undefined ? environment.localStorage : storage)

  const world = {
    now: 0,
    random: () => environment.Math.random(),
    pauseMs: 0,
    renewable,
    windowMs: options.minDelayMs,
    floorMs: 0,
    ladder(lives: readonly number[]) {
      if (!negotiation) return [0]
      const winner = negotiation.recall(store, key, now())
      return negotiation.ladder(
        lives,
        transports.findIndex(({ name }) => name === winner),
      )
    },
    negotiation,
    options,
  }
  let state = initialState(transports.length)
  let active: Link | undefined
  let attempts: readonly AttemptRecord[] = []
  const timer = createDeadline(environment, () => apply({ type: 'tick' }))

  const open = (attempt: Running) => {
    const transport = transports[attempt.rank] as Transport
    const reason = state.name === 'open' ? 'probe' : inbound.greeted() ? 'reconnect' : 'connect'
    const link = openLink(
      parts,
      transport,
      { attempt: state.tries + 1, reason: state.renewed ? 'unauthorized' : reason },
      {
        proven(hello) {
          // One that asked for what is out of date by now can only take over where it leaves nothing out.
          const late = active || link.asked !== inbound.lastEventId()
          if (late && hello.continuity === 'gap') return link.fail({ reason: 'behind' })
          world.windowMs = bound(hello.retryMs, 0, 300_000, world.windowMs)
          apply({ type: 'proven', attempt }, hello)
        },
        retry(ms) {
          world.floorMs = ms
        },
        failed(cause) {
          const verdict = judge(cause, transport.seesStatus, inbound.greeted())
          apply({ type: 'failed', attempt, failure: { cause, verdict } })
        },
      },
    )
    attempt.link = link
    attempts = [...attempts, link.record].slice(-MAX_ATTEMPTS)
  }

  /** The active connection goes on as its hello says. */
  const promote = (
    link: Link,
    rank: number,
    hello: Hello,
    previous: Link | undefined,
    ms: number,
  ) => {
    const { transport } = link.record
    negotiation?.remember(store, key, now(), rank ? transport : undefined)
    if (previous) news.tell('transport', { transport, previous: previous.record.transport })
    else news.tell('open', { transport, continuity: hello.continuity, ms })
    inbound.greet(hello)
    outbound.attach(link, bound(hello.maxMessageBytes, 0, Infinity, Infinity))
  }

  /** Makes it so, in an order in which two connections never deliver at once. `cause`: why an attempt ended. */
  const follow = (before: State, cause: Cause | undefined, hello: Hello | undefined) => {
    const { name } = state
    const entered = name !== before.name
    const previous = active
    const kept: readonly Running[] = /closed|suspended/.test(name) ? [] : state.attempts
    if (name === 'closed') news.drop()
    for (const attempt of before.attempts as readonly Running[]) {
      if (!kept.includes(attempt)) attempt.link?.close()
    }
    active = (activeOf(state) as Running | undefined)?.link
    if (previous && previous !== active) outbound.detach(cause)
    if (entered) news.tell('state', { state: name, previous: before.name })
    if (hello && active) {
      promote(active, kept[0]?.rank as number, hello, previous, now() - before.since)
    }
    for (const attempt of kept) if (!attempt.link) open(attempt)
    if (name === 'waiting' && entered) {
      news.tell('retry', { delayMs: state.waitMs, attempt: state.tries, cause: state.cause })
    }
    if (name === 'closed') {
      const info = describeEnd(state, attempts)
      if (info.error) news.tell('error', info.error)
      ended(info)
      news.tell('close', info)
    }
  }

  /** `hello`: what the attempt was proven by. */
  const apply = (input: Input, hello?: Hello) =>
    news.after(() => {
      const before = state
      // So many in the last minute that another race might be too many. Checks leave half of them to races.
      const isCheck = before.name === 'open' && input.type === 'wake'
      const crowd = attempts.at((isCheck ? RESERVED : transports.length) - MAX_ATTEMPTS)
      world.now = now()
      const pastMs = crowd ? world.now - crowd.at : MINUTE_MS
      // One in the future was before the clock was put back.
      world.pauseMs = pastMs < 0 ? 0 : Math.max(0, MINUTE_MS - pastMs)
      state = step(before, input, world)
      if (state === before) return
      if (state.due !== before.due || input.type === 'tick') {
        timer.clear() // it may be late by the clock, after a jump
        if (state.due) timer.set(state.due - now())
      }
      follow(before, input.type === 'failed' ? input.failure.cause : undefined, hello)
    })

  return {
    state: () => state,
    active: () => active,
    attempts: () => attempts,
    apply,
    listen(type) {
      for (const { link } of state.attempts as readonly Running[]) link?.listen(type)
    },
  }
}
