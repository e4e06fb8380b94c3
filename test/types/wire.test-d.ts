// What `connect` makes of its type parameters: events that come in, messages that go out, and their replies.
import { connect, type StreamEvent, type Wire } from '../../src/index.ts'
import { type Equal, holds } from './equal.ts'

interface In {
  price: { symbol: string; bid: number }
  chat: { from: string; text: string }
}
interface Out {
  chat: { text: string }
  buy: (data: { amount: number }) => { orderId: string }
  leave: undefined
}

const wire = connect<In, Out>('/live')
holds<Equal<typeof wire, Wire<In, Out>>>()

/* ------------------------------------------------------------------ events */

const off = wire.on('price', (data, event) => {
  holds<Equal<typeof data, { symbol: string; bid: number }>>()
  holds<Equal<typeof event, StreamEvent>>()
  // @ts-expect-error: an event is read only
  event.id = 'x'
})
holds<Equal<typeof off, () => void>>()
wire.on('chat', ({ from, text }) => from + text, { signal: new AbortController().signal })
wire.once('chat', () => {}, { once: true })
wire.off('chat', (data: In['chat']) => data.text)

// @ts-expect-error: no such type
wire.on('prices', () => {})
// @ts-expect-error: no such field
wire.on('price', ({ ask }) => ask)
// @ts-expect-error: a listener of other data
wire.on('price', (data: { bid: string }) => data)
// @ts-expect-error: no listener
wire.on('price')
// @ts-expect-error: no such option of a listener
wire.on('price', () => {}, { passive: true })
// @ts-expect-error: not a signal
wire.once('price', () => {}, { signal: new AbortController() })
// @ts-expect-error: there is no wildcard
wire.on('*', () => {})

const offAny = wire.onAny((data, event) => {
  holds<Equal<typeof data, unknown>>()
  holds<Equal<typeof event, StreamEvent>>()
})
holds<Equal<typeof offAny, () => void>>()
wire.onAny(() => {}, { once: true, signal: undefined })
// @ts-expect-error: no type
wire.onAny('price', () => {})
// @ts-expect-error: unknown until it was looked at
wire.onAny((data) => data.text)

/* ------------------------------------------------------------------ messages */

const plainReply = wire.send('chat', { text: 'hello' })
holds<Equal<typeof plainReply, Promise<unknown>>>()
const typedReply = wire.send('buy', { amount: 5 }, { timeoutMs: 1000 })
holds<Equal<typeof typedReply, Promise<{ orderId: string }>>>()
wire.send('leave', undefined)
wire.send('leave')
wire.send('leave', undefined, { timeoutMs: undefined, signal: undefined })
// @ts-expect-error: a chat message has a text
wire.send('chat')
// @ts-expect-error: an order has an amount
wire.send('buy')

// @ts-expect-error: no such type
wire.send('price', { symbol: 'x', bid: 1 })
// @ts-expect-error: wrong data
wire.send('chat', { text: 5 })
// @ts-expect-error: too much data
wire.send('chat', { text: 'a', from: 'b' })
// @ts-expect-error: the data of a function form is its parameter
wire.send('buy', { orderId: 'x' })
// @ts-expect-error: no such option
wire.send('chat', { text: 'a' }, { timeout: 5 })
// @ts-expect-error: a duration is a number
wire.send('chat', { text: 'a' }, { timeoutMs: '5' })

/* ------------------------------------------------------------------ without parameters */

const loose = connect('/live')
holds<Equal<typeof loose, Wire<Record<string, unknown>, Record<string, unknown>>>>()
loose.on('anything', (data) => {
  holds<Equal<typeof data, unknown>>()
  // @ts-expect-error: unknown until it was looked at
  return data.text
})
const looseReply = loose.send('anything', { at: 'all' })
loose.send('ping')
holds<Equal<typeof looseReply, Promise<unknown>>>()

/* ------------------------------------------------------------------ interfaces, and one parameter */

interface Events {
  tick: number
}
const half = connect<Events>('/live')
half.on('tick', (data) => holds<Equal<typeof data, number>>())
half.send('anything', 1)
// @ts-expect-error: no such type
half.on('tock', () => {})

interface Messages {
  ping: undefined
  chat: (data: { text: string }) => { id: string }
}
const whole = connect<Events, Messages>('/live')
whole.send('ping')
// @ts-expect-error: a ping has no data
whole.send('ping', 5)

/** As a store, a provider or a logger takes any wire. */
const take = (any: Wire) => any.connection.state
take(whole)
take(half)
take(wire)
take(loose)
const kept: Wire = whole
holds<Equal<typeof kept, Wire>>()
export const keep = kept

/* ------------------------------------------------------------------ the wire itself */

holds<Equal<typeof wire.bufferedBytes, number>>()
holds<Equal<ReturnType<typeof wire.close>, void>>()
// @ts-expect-error: read only
wire.bufferedBytes = 5
// @ts-expect-error: read only
wire.connection = loose.connection
// @ts-expect-error: it is no socket
wire.onmessage
