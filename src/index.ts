/** Steadywire with its defaults: three transports, the Steadywire protocol, JSON. */
import { json, type TypedCodec } from './codecs.ts'
import { slicing } from './downstream/read-queue.ts'
import { negotiation } from './negotiation.ts'
import type { Options } from './options.ts'
import { pageLifecycle } from './platform/page-lifecycle.ts'
import { type PlainOptions, plain as plainOf } from './protocols/plain.ts'
import { checkPlain } from './protocols/plain-check.ts'
import { polling } from './protocols/polling.ts'
import type { Protocol } from './protocols/protocol.ts'
import { steadywire } from './protocols/steadywire.ts'
import { eventsource } from './transports/eventsource.ts'
import { longpoll } from './transports/longpoll.ts'
import { websocket } from './transports/websocket.ts'
import type { EventMap, UrlSource, Wire } from './types.ts'
import { outbox } from './upstream/outbox.ts'
import { winnerMemory } from './winner-memory.ts'
import { createWire } from './wire.ts'

const defaults: Options = {
  transports: [websocket, eventsource, longpoll],
  protocol: steadywire,
  codec: json,
  negotiation,
  winnerMemory,
  outbox,
  pageLifecycle,
  slicing,
}

/**
 * Keeps one event stream alive over whatever the network allows. Type parameters: events that come in by type, messages
 * that go out by type (`Out` may give a reply's type: `{ chat: (data: { text: string }) => { id: string } }`).
 * A codec with schemas gives the types that come in by itself. Relative URLs resolve against the page. Throws a `SteadywireError`: `bad-url`, `bad-option` or `unsupported`.
 *
 * @example
 * const wire = connect<{ tick: { n: number } }>('/live')
 * wire.on('tick', ({ n }) => console.log(n))
 */
export const connect = <
  In extends EventMap = Record<string, unknown>,
  Out extends EventMap = Record<string, unknown>,
>(
  url: UrlSource,
  options?: Options & { readonly codec?: TypedCodec<In> | undefined },
): Wire<In, Out> => createWire(url, defaults, options)

/**
 * The protocol of servers that know nothing of Steadywire.
 *
 * @example
 * const wire = connect('/events', { protocol: plain({ resume: 'query' }) })
 */
export const plain = (options: PlainOptions = {}): Protocol => {
  if (__DEV__) checkPlain(options)
  return plainOf({ ...options, polling: options.polling ?? polling })
}

export { type Codec, type CodecParts, type TypedCodec, text } from './codecs.ts'
export type { Negotiation } from './connection/state.ts'
export {
  type AttemptRecord,
  type Cause,
  type ErrorCode,
  type Reason,
  type Refusal,
  SteadywireError,
} from './errors.ts'
export type { Options, OutboxPart, ReadQueuePart, WinnerMemory } from './options.ts'
export type { Environment } from './platform/environment.ts'
export type { PageLifecycle } from './platform/page-lifecycle.ts'
export type { Block, Fields, Frame } from './protocols/event-block.ts'
export type { PlainOptions } from './protocols/plain.ts'
export type { Polling } from './protocols/polling.ts'
export type * from './protocols/protocol.ts'
export type * from './transports/transport.ts'
export type * from './types.ts'
export { eventsource, json, longpoll, negotiation, steadywire, websocket }
