// Facts in few words, and histories made of them.
import type { Continuity } from '../../../src/index.ts'
import type { Bounds, Entry, Fact, TransportName } from '../history.ts'

const bounds = {
  dialect: 'steadywire',
  codec: 'json',
  transports: 1,
  connectTimeoutMs: 10_000,
  attemptDelayMs: 500,
  ackTimeoutMs: 10_000,
  maxMessages: 2,
  maxBufferedBytes: 100,
  maxEventBytes: 50,
} as const

export const client = { client: 0 } as const
export const log = (
  place: number,
  more: Partial<Extract<Fact, { kind: 'logged' }>> = {},
): Fact => ({
  kind: 'logged',
  id: `e-${place}`,
  content: 'n',
  place,
  silent: false,
  length: 1,
  decodable: true,
  ...more,
})
export const event = (
  id: string,
  exchange = 1,
  length = 1,
  content = 'n',
  cursor?: string,
): Fact => ({
  kind: 'event',
  ...client,
  id,
  content,
  length,
  exchange,
  ...(cursor && { cursor }),
})
export const dialled = (
  exchange: number,
  first = true,
  transport: TransportName | 'post' = 'websocket',
) => ({ kind: 'dialled', ...client, exchange, transport, first }) as const
export const hello = (continuity: Continuity, id: string, exchange = 1): Fact => ({
  kind: 'hello',
  ...client,
  exchange,
  transport: 'websocket',
  continuity,
  id,
})
export const told = (type: string, more: Partial<Extract<Fact, { kind: 'told' }>> = {}): Fact => ({
  kind: 'told',
  ...client,
  type,
  dump: '{}',
  state: 'open',
  actives: 1,
  exchange: 1,
  ...more,
})
export const open = (continuity: Continuity = 'fresh', exchange = 1) =>
  told('open', { continuity, transport: 'websocket', exchange })
export const gap = (to: string, reason = 'expired') => told('gap', { reason, to })
export const state = (name: 'connecting' | 'waiting' | 'open') => told('state', { state: name })
export const sent = (message: number, limit?: 'signal' | 'time'): Fact => ({
  kind: 'sent',
  ...client,
  message,
  ...(limit && { limit }),
})
export const handed = (exchange: number, ...messages: number[]): Fact => ({
  kind: 'handed',
  ...client,
  exchange,
  messages,
})
export const settled = (message: number, outcome = 'resolved', dump = ''): Fact => ({
  kind: 'settled',
  ...client,
  message,
  outcome,
  reply: message,
  dump,
})
export const processed = (message: number, exchange = 1): Fact => ({
  kind: 'processed',
  ...client,
  exchange,
  message,
})
export const rest = (name: 'open' | 'waiting' = 'open'): Fact => ({
  kind: 'rest',
  ...client,
  state: name,
})
export const alive = (name: 'closed' | 'suspended', ...things: string[]): Fact => ({
  kind: 'alive',
  ...client,
  state: name,
  things,
})
export const closed: Fact = { kind: 'closed', ...client }
export const ended = told('close', { state: 'closed', actives: 0, reason: 'closed' })
export const failed = (code: string) => told('error', { dump: `[{"code":"${code}"}]` })
/** A POST of a message. */
export const post = (exchange: number, message: number) => [
  dialled(exchange, false, 'post'),
  handed(exchange, message),
]
/** The client lets go of an exchange; `during`: as it is given the end of that. */
export const dropped = (
  exchange: number,
  transport: TransportName | 'post' = 'websocket',
  during?: 'post',
): Fact => ({ kind: 'dropped', ...client, exchange, transport, ...(during && { during }) })
export const fault = (name: string, isUnfelt = false): Fact => ({
  kind: 'fault',
  ...client,
  name,
  isUnfelt,
})
/** An event, and the cursor that is shown then. */
export const shown = (cursor: string): Fact => ({ ...event(cursor), cursor }) as Fact
/** So many texts of 1 MiB. */
export const flood = (count: number, kind: 'received' | 'read' = 'received') =>
  Array.from({ length: count }, (): Fact => ({ kind, ...client, exchange: 1, length: 1_048_577 }))
export const arrived = (...ids: string[]): Fact => ({ kind: 'arrived', ...client, ids })
/** So many ms pass. */
export const after = (ms: number) => ms

const start: Fact[] = [
  { kind: 'client', ...client, bounds },
  { kind: 'epoch', id: 'e-0', place: 0 },
  dialled(1),
  hello('fresh', 'e-0'),
  open(),
]

/** One fact a millisecond; numbers let time pass. */
const tellOf = (steps: readonly (Fact | number)[]): Entry[] => {
  let at = 0
  return steps.flatMap((step) => {
    at += typeof step === 'number' ? step : 1
    return typeof step === 'number' ? [] : [{ at, ...step }]
  })
}

/** Of a client that is open. */
export const history = (...steps: readonly (Fact | number)[]): Entry[] =>
  tellOf([...start, ...steps])

/** Of a client whose server does not speak the protocol, and which has not asked it for anything yet. */
export const foreignHistory = (
  kind: Pick<Bounds, 'dialect' | 'codec'>,
  ...steps: readonly (Fact | number)[]
): Entry[] =>
  tellOf([
    { kind: 'client', ...client, bounds: { ...bounds, ...kind } },
    { kind: 'epoch', id: 'e-0', place: 0 },
    ...steps,
  ])

export type Steps = readonly (Fact | number)[]
