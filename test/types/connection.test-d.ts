// The life of a wire: its events, its state, how it ended, and its errors.
import {
  type AttemptRecord,
  type CloseInfo,
  connect,
  type ErrorCode,
  type Reason,
  type Refusal,
  type Snapshot,
  SteadywireError,
  type TransportName,
} from '../../src/index.ts'
import { type Equal, holds, some } from './equal.ts'

const { connection, closed } = connect('/live')

connection.on('open', ({ transport, continuity, ms }) => {
  holds<Equal<typeof transport, TransportName>>()
  holds<Equal<typeof continuity, 'fresh' | 'resumed' | 'gap' | 'unknown'>>()
  holds<Equal<typeof ms, number>>()
})
connection.on('transport', ({ transport, previous }) => transport + previous)
connection.on('state', ({ state, previous }) => {
  holds<Equal<typeof state, 'connecting' | 'open' | 'waiting' | 'suspended' | 'closed'>>()
  holds<Equal<typeof previous, typeof state>>()
  // @ts-expect-error: no such state
  return state === 'disconnected'
})
connection.on('gap', ({ reason, from, to }) => {
  holds<Equal<typeof reason, 'expired' | 'unknown' | 'oversized' | 'undecodable'>>()
  holds<Equal<typeof from, string>>()
  holds<Equal<typeof to, string>>()
})
connection.on('retry', ({ delayMs, attempt, cause }) => {
  holds<Equal<typeof delayMs, number>>()
  holds<Equal<typeof attempt, number>>()
  holds<Equal<typeof cause.reason, Reason>>()
})
connection.on('drain', ({ bufferedBytes }) => holds<Equal<typeof bufferedBytes, number>>())
connection.on('error', (error) => holds<Equal<typeof error, SteadywireError>>())
connection.on('close', ({ reason, error }) => {
  holds<Equal<typeof reason, 'closed' | 'aborted' | 'final' | 'failed'>>()
  holds<Equal<typeof error, SteadywireError | undefined>>()
})
connection.on('change', (snapshot) => {
  holds<Equal<typeof snapshot, Snapshot>>()
  holds<Equal<typeof snapshot.state, typeof connection.state>>()
  holds<Equal<typeof snapshot.transport, TransportName | undefined>>()
  holds<Equal<typeof snapshot.continuity, 'fresh' | 'resumed' | 'gap' | 'unknown' | undefined>>()
  holds<Equal<typeof snapshot.error, SteadywireError | undefined>>()
  holds<Equal<typeof snapshot.retryAt, number | undefined>>()
  // @ts-expect-error: immutable
  snapshot.state = 'open'
})
connection.once('open', () => {}, { signal: new AbortController().signal })
connection.off('open', () => {})
const off = connection.on('open', () => {})
holds<Equal<typeof off, () => void>>()

// @ts-expect-error: application events are the wire's
connection.on('price', () => {})
// @ts-expect-error: no such event
connection.on('closed', () => {})
// @ts-expect-error: no such field
connection.on('open', ({ url }) => url)
// @ts-expect-error: nobody tells its events but itself
connection.emit('open')

holds<Equal<typeof connection.transport, TransportName | undefined>>()
holds<Equal<typeof connection.snapshot, Snapshot>>()
holds<Equal<typeof connection.error, SteadywireError | undefined>>()
holds<Equal<typeof connection.closed, CloseInfo | undefined>>()
holds<Equal<typeof connection.lastEventId, string | undefined>>()
holds<Equal<typeof connection.attempts, readonly AttemptRecord[]>>()
// @ts-expect-error: read only
connection.lastEventId = 'x'
// @ts-expect-error: read only
connection.attempts.length = 0
// @ts-expect-error: the last attempt may not exist
connection.attempts[0].ms
// @ts-expect-error: it takes nothing
connection.reconnect(5)

connection.restart()
connection.restart({})
connection.restart({ lastEventId: 'e-1' })
connection.restart({ lastEventId: undefined })
connection.restart({ lastEventId: connection.lastEventId })
// @ts-expect-error: a cursor is text
connection.restart({ lastEventId: 5 })
// @ts-expect-error: an object
connection.restart('e-1')

holds<Equal<typeof closed, Promise<CloseInfo>>>()

/* ------------------------------------------------------------------ names of transports */

const name = some<TransportName>()
const byName: Readonly<Partial<Record<TransportName, number>>> = { websocket: 1, carrier: 2 }
const own: TransportName = 'carrier'
const anyName: TransportName = some<string>()
const text: string = name
holds<Equal<'websocket' extends typeof name ? true : false, true>>()
// @ts-expect-error: a name is text
const numbered: TransportName = 5
export const names = [byName, own, anyName, text, numbered]

/* ------------------------------------------------------------------ errors */

const error = some<unknown>()
if (error instanceof SteadywireError) {
  holds<Equal<typeof error.code, ErrorCode>>()
  holds<Equal<typeof error.retryable, boolean>>()
  holds<Equal<typeof error.attempts, readonly AttemptRecord[]>>()
  holds<Equal<typeof error.refusal, Refusal | undefined>>()
  holds<Equal<typeof error.repeats, number>>()
  // @ts-expect-error: no such code
  error.code === 'E_FAILED'
  // @ts-expect-error: read only
  error.code = 'failed'
}
// @ts-expect-error: no such code
new SteadywireError('oops', 'x')
