/** Runs the machine: what comes into its state is opened, what leaves it is let go. Names no transport. */
import { bound } from './backoff.ts'
import { createDeadline } from './deadline.ts'
import { describe, SteadywireError } from './errors.ts'
import { type Attempt, type Closed, type Input, initialState, type State } from './life.ts'
import { type Link, type LinkParts, openLink } from './link.ts'
import { step } from './machine.ts'
import type { News } from './news.ts'
import { judge } from './refusals.ts'
import type { AttemptRecord, CloseInfo, Hello, Transport } from './types.ts'

/** Attempts remembered, and the most that may begin within a minute. */
const MAX_ATTEMPTS = 32
const MINUTE_MS = 60_000

export interface Runner {
  readonly state: State
  /** The promoted connection. */
  readonly active: Link | undefined
  readonly attempts: readonly AttemptRecord[]
  apply(input: Input): void
  /** An event type has its first listener. */
  listen(type: string): void
}

/** What a url function is told of an attempt that begins in this state. */
const requestOf = ({ name, past }: State, greeted: boolean) => {
  const reason = name === 'open' ? 'probe' : greeted ? 'reconnect' : 'connect'
  return { attempt: past.tries + 1, reason: past.renewed ? 'unauthorized' : reason } as const
}

const describeEnd = ({ reason, cause }: Closed, attempts: readonly AttemptRecord[]): CloseInfo => {
  if (reason !== 'failed' || !cause) return { reason }
  const why = describe(cause)
  const error = new SteadywireError(
    /40[13]$/.test(why) ? 'unauthorized' : 'failed',
    `The server refused for good (${why}): check the URL and the credentials`,
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
  const transportOf = ({ rank }: Attempt) => transports[rank] as Transport

  let state = initialState(transports.length)
  let active: Link | undefined
  let since = 0 // when the state got its name or its active connection
  let attempts: readonly AttemptRecord[] = []
  let windowMs = 1000
  let floorMs = 0
  const links = new Map<Attempt, Link>()
  const timer = createDeadline(environment, () => apply({ type: 'tick' }))

  const ladder = (lives: readonly number[]) => {
    if (!negotiation) return [0]
    const winner = negotiation.recall(store, key, now())
    return negotiation.ladder(
      lives,
      transports.findIndex(({ name }) => name === winner),
    )
  }

  const open = (attempt: Attempt) => {
    const transport = transportOf(attempt)
    const link = openLink(parts, transport, requestOf(state, inbound.greeted), {
      proven(hello) {
        // One that asked for what is out of date by now can only take over where it leaves nothing out.
        const { asked } = link
        const late = state.name === 'open' || asked !== inbound.lastEventId
        if (late && inbound.continuity(hello, asked) === 'gap') {
          return link.fail({ reason: 'behind' })
        }
        windowMs = bound(hello.retryMs, 0, 300_000, 1000)
        apply({ type: 'proven', attempt }, hello)
      },
      retry(ms) {
        floorMs = ms
      },
      failed(cause) {
        links.delete(attempt)
        if (link === active) {
          active = undefined
          outbound.detach(cause)
        }
        const verdict = judge(cause, transport.seesStatus, inbound.greeted)
        apply({ type: 'failed', attempt, failure: { cause, verdict } })
      },
    })
    links.set(attempt, link)
    attempts = [...attempts, link.record].slice(-MAX_ATTEMPTS)
  }

  const promote = (before: State, attempt: Attempt, hello: Hello) => {
    const link = links.get(attempt)
    if (!link) return
    const { asked } = link
    const transport = transportOf(attempt).name
    active = link
    negotiation?.remember(store, key, now(), attempt.rank ? transport : undefined)
    if (before.name === 'open') {
      news.tell('transport', { transport, previous: transportOf(before.active).name })
    } else {
      const continuity = inbound.continuity(hello, asked)
      news.tell('open', { transport, continuity, ms: now() - since })
    }
    since = now()
    inbound.greet(hello, asked)
    outbound.attach(link, bound(hello.maxMessageBytes, 0, Infinity, Infinity))
  }

  /** Makes it so, in an order in which two connections never deliver at once. */
  const follow = (before: State, hello: Hello | undefined) => {
    const { name } = state
    if (name === 'closed') news.drop()
    const kept = name === 'closed' || name === 'suspended' ? [] : state.attempts
    for (const attempt of before.attempts) {
      if (kept.includes(attempt)) continue
      const link = links.get(attempt)
      link?.close()
      if (link && link === active) {
        active = undefined
        outbound.detach({ reason: 'aborted' })
      }
      if (name !== 'suspended') links.delete(attempt)
    }
    if (name !== before.name) news.tell('state', { state: name, previous: before.name })
    if (hello && name === 'open') promote(before, state.active, hello)
    else if (name !== before.name) since = now()
    for (const attempt of kept) if (!links.has(attempt)) open(attempt)
    if (name === 'waiting' && before.name !== name) {
      const { past, cause } = state
      news.tell('retry', { delayMs: past.waitMs, attempt: past.tries, cause })
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
      // So many in the last minute that another race might be too many.
      const crowd = attempts.at(transports.length - MAX_ATTEMPTS)
      state = step(before, input, {
        now: now(),
        since,
        random: environment.Math.random,
        pauseMs: crowd ? bound(crowd.at + MINUTE_MS - now(), 0, MINUTE_MS, 0) : 0,
        renewable,
        windowMs,
        floorMs,
        ladder,
        negotiation,
        options,
      })
      if (state === before) return
      if (state.due) timer.set(Math.max(0, state.due - now()))
      else timer.clear()
      follow(before, hello)
    })

  return {
    get state() {
      return state
    },
    get active() {
      return active
    },
    get attempts() {
      return attempts
    },
    apply,
    listen(type) {
      for (const link of links.values()) link.listen(type)
    },
  }
}
