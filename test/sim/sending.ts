// The messages of one client: what it sends, with which limits, and what becomes of it.
import { type SendOptions, SteadywireError, type Wire } from '../../src/index.ts'
import { dump } from './dump.ts'
import type { History } from './history.ts'
import { UNWANTED, UNWANTED_EVERY } from './memory.ts'
import type { SimPage } from './page.ts'

export interface Sending {
  /** Messages that are not settled. */
  readonly pending: number
  send(length?: number): void
  /** Sends one that is withdrawn, or has little time. `chance`, 0 to 1: in which way. */
  sendLimited(chance: number): void
  /** Withdraws one that may be on its way. */
  withdraw(): void
}

export interface SendingParts {
  readonly wire: Wire
  readonly page: SimPage
  readonly history: History
  readonly number: number
  readonly codec: 'json' | 'text'
}

const LONGEST_MS = 12_000

function limitOf({ signal, timeoutMs }: SendOptions): 'signal' | 'time' | undefined {
  if (signal) return 'signal'
  return timeoutMs === undefined ? undefined : 'time'
}

export function createSending(parts: SendingParts): Sending {
  const { wire, page, history, number: client, codec } = parts
  const withdrawals = new Set<AbortController>()
  let messages = 0
  let pending = 0

  /** `printing` is called when the codec prints the message. */
  function start(length: number, how: SendOptions = {}, printing: () => void = () => undefined) {
    const message = ++messages
    const type = message % UNWANTED_EVERY ? 'chat' : UNWANTED
    const data = { message, text: 'x'.repeat(length) }
    const printed = {
      toJSON() {
        printing()
        return data
      },
    }
    const limit = limitOf(how)

    pending++
    history.add({ kind: 'sent', client, message, ...(limit && { limit }) })
    const settle = (outcome: string, text: string, reply?: unknown) => {
      pending--
      history.add({ kind: 'settled', client, message, outcome, reply, dump: text })
    }
    wire.send(type, codec === 'text' ? JSON.stringify(printed) : printed, how).then(
      (reply) => settle('resolved', '', reply),
      (error: unknown) =>
        settle(error instanceof SteadywireError ? error.code : 'untyped', dump(error)),
    )
    history.add({ kind: 'buffer', client, bytes: wire.bufferedBytes })
  }

  /** It can be withdrawn at any time; `ms`: is then at the latest, negative for while it is printed. */
  function startWithdrawable(ms: number) {
    const withdrawal = new AbortController()
    const { signal } = withdrawal
    withdrawals.add(withdrawal)
    signal.addEventListener('abort', () => withdrawals.delete(withdrawal))
    if (!ms) withdrawal.abort()
    start(20, { signal }, () => {
      if (ms < 0) withdrawal.abort()
    })
    if (ms > 0) page.later(ms).then(() => withdrawal.abort())
  }

  return {
    get pending() {
      return pending
    },
    send: (length = 0) => start(length),
    sendLimited(chance) {
      if (chance < 0.3) start(20, { timeoutMs: chance * LONGEST_MS })
      else if (chance < 0.4) start(20, { timeoutMs: chance < 0.35 ? 0 : 1 })
      else if (chance < 0.5) startWithdrawable(0)
      else if (chance < 0.6) startWithdrawable(-1)
      else startWithdrawable(chance * LONGEST_MS)
    },
    withdraw() {
      const [withdrawal] = withdrawals
      withdrawal?.abort()
    },
  }
}
