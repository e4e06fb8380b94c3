/** Runs the machine: its effects become links, and what the links tell becomes its inputs. Names no transport. */
import type { Addresses } from './addresses.ts'
import { createDeadline } from './deadline.ts'
import { describe, SteadywireError } from './errors.ts'
import type { Inbound } from './inbound.ts'
import {
  type Attempt,
  type Effect,
  type Input,
  initialState,
  type State,
  type World,
} from './life.ts'
import { type Link, openLink } from './link.ts'
import { step } from './machine.ts'
import type { News } from './news.ts'
import type { CheckedOptions } from './options.ts'
import type { Outbound } from './outbound.ts'
import { judge } from './refusals.ts'
import type { AttemptRecord, Cause, CloseInfo, Environment, Transport } from './types.ts'

/** Attempts remembered, and the most that may begin within a minute. */
const MAX_ATTEMPTS = 32
const MINUTE_MS = 60_000

export interface Parts {
  readonly environment: Environment
  readonly options: CheckedOptions
  readonly addresses: Addresses
  readonly inbound: Inbound
  readonly outbound: Outbound
  readonly news: News
  /** Event types to listen to. */
  readonly types: () => Iterable<string>
  /** The wire has ended. */
  readonly ended: (info: CloseInfo) => void
}

export interface Runner {
  readonly state: State
  /** The promoted connection. */
  readonly active: Link | undefined
  readonly attempts: readonly AttemptRecord[]
  apply(input: Input): void
  /** An event type has its first listener. */
  listen(type: string): void
}

export const createRunner = (parts: Parts): Runner => {
  const { environment, options, addresses, inbound, outbound, news, types, ended } = parts
  const { negotiation } = options
  const { transports, key } = addresses
  const now = () => environment.Date.now()
  const storage = () => (options.storage === undefined ? environment.localStorage : options.storage)

  let state = initialState
  let active: Link | undefined
  let attempts: readonly AttemptRecord[] = []
  const links = new Map<Attempt, Link>()
  const timer = createDeadline(environment, () => apply({ type: 'tick' }))

  const ladder: World['ladder'] = (lives) => {
    if (!negotiation) return [0]
    const winner = negotiation.recall(storage, key, now())
    return negotiation.ladder(
      transports.map((_, rank) => lives[rank] ?? 0),
      transports.findIndex(({ name }) => name === winner),
    )
  }

  const world = (): World => ({
    now: now(),
    random: environment.Math.random,
    allowedAt: ((attempts.length === MAX_ATTEMPTS && attempts[0]?.at) || -MINUTE_MS) + MINUTE_MS,
    renewable: addresses.renewable,
    ladder,
    negotiation,
    options,
  })

  const apply = (input: Input) =>
    news.after(() => {
      const previous = state.name
      const [next, effects] = step(state, input, world())
      state = next
      if (next.due < Infinity) timer.set(Math.max(0, next.due - now()))
      else timer.clear()
      if (next.name === 'closed' && previous !== next.name) news.drop()
      if (next.name !== previous) news.tell('state', { state: next.name, previous })
      for (const effect of effects) run(effect)
    })

  const release = (cause: Cause) => {
    active = undefined
    outbound.detach(cause)
  }

  const open = (attempt: Attempt) => {
    const transport = transports[attempt.rank] as Transport
    const link = openLink(
      {
        environment,
        options,
        transport,
        asked: inbound.lastEventId,
        types,
        url: (name, first, signal) =>
          addresses.get(
            {
              transport: name,
              attempt: attempt.number,
              reason: first ? attempt.reason : name === 'send' ? name : 'poll',
              signal,
            },
            transport.name,
            first,
            first ? link.asked : inbound.lastEventId,
          ),
      },
      {
        proven: (hello) =>
          apply({
            type: 'proven',
            attempt,
            accepted: inbound.accepts(hello, link.asked),
            windowMs: hello.retryMs ?? 1000,
          }),
        greeted: (hello) => inbound.greet(hello, inbound.lastEventId),
        event: inbound.deliver,
        oversized: inbound.oversized,
        announced: inbound.announce,
        retry: (floorMs) => apply({ type: 'floor', floorMs }),
        ack: outbound.ack,
        answered: outbound.answered,
        refused: outbound.refused,
        drained: outbound.pump,
        failed: (cause) => {
          links.delete(attempt)
          if (link === active) release(cause)
          const verdict = judge(cause, transport.seesStatus, state.past.everProven)
          apply({ type: 'failed', attempt, cause, verdict })
        },
      },
    )
    links.set(attempt, link)
    attempts = [...attempts, link.record].slice(-MAX_ATTEMPTS)
  }

  const promote = ({ attempt, ms, previous }: Extract<Effect, { do: 'promote' }>) => {
    const link = links.get(attempt)
    if (!link?.hello || !link.connection) return
    const { hello, asked, connection, record } = link
    const { transport } = record
    active = link
    negotiation?.remember(storage, key, now(), attempt.rank ? transport : undefined)
    if (previous)
      news.tell('transport', { transport, previous: transports[previous.rank]?.name ?? '' })
    else news.tell('open', { transport, continuity: inbound.continuity(hello, asked), ms })
    inbound.greet(hello, asked)
    outbound.attach(connection, hello.maxMessageBytes ?? Infinity)
  }

  const end = ({ reason, cause, unauthorized }: Extract<Effect, { do: 'end' }>) => {
    const error =
      cause &&
      new SteadywireError(
        unauthorized ? 'unauthorized' : 'failed',
        `The server refused for good (${describe(cause)}): check the URL and the credentials`,
        cause,
        attempts,
      )
    timer.clear()
    if (error) news.tell('error', error)
    const info = error ? { reason, error } : { reason }
    ended(info)
    news.tell('close', info)
  }

  const run = (effect: Effect) => {
    if (effect.do === 'open') return open(effect.attempt)
    if (effect.do === 'retry') {
      const { delayMs, attempt, cause } = effect
      return news.tell('retry', { delayMs, attempt, cause })
    }
    if (effect.do === 'end') return end(effect)
    if (effect.do === 'promote') return promote(effect)
    const link = links.get(effect.attempt)
    link?.close(effect.reason)
    if (link && link === active) release({ reason: effect.reason })
    if (state.name !== 'suspended') links.delete(effect.attempt)
  }

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
    listen: (type) => {
      for (const { connection } of links.values()) connection?.listen?.(type)
    },
  }
}
