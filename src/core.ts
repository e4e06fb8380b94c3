/** The parts, without a default set: pass the transports, the protocol and the codec that you use, and pay for no other. */
import type { TypedCodec } from './codecs.ts'
import { unsliced } from './downstream/read-queue.ts'
import { SteadywireError } from './errors.ts'
import type { NeededOptions, Options } from './options.ts'
import type { EventMap, UrlSource, Wire } from './types.ts'
import { createWire } from './wire.ts'

/** What stands in for parts that were not passed: reads all at once, and receives only. */
const defaults: Options = {
  slicing: unsliced,
  outbox: () => ({
    send() {
      const fact = __DEV__ && 'No outbox was passed to core'
      const promise = Promise.reject(new SteadywireError('unsupported', fact))
      promise.catch(() => {}) // nobody has to hold it
      return promise
    },
    bufferedBytes: () => 0,
    attach() {},
    detach() {},
    ack() {},
    pump() {},
    leave() {},
    close() {},
  }),
}

/** Options of `core`'s `connect`: what has no default here must be given. */
export type CoreOptions = Options & NeededOptions

/**
 * Connects with the parts given. Several transports need `negotiation` as well; `send` needs `outbox`.
 * Throws `bad-option`, `bad-url` or `unsupported` (`SteadywireError`).
 *
 * @example
 * const wire = connect('/live', { transports: [websocket], protocol: steadywire, codec: json, outbox })
 */
export const connect = <
  In extends EventMap = Record<string, unknown>,
  Out extends EventMap = Record<string, unknown>,
>(
  url: UrlSource,
  options: CoreOptions & { readonly codec: TypedCodec<In> },
): Wire<In, Out> => createWire(url, defaults, options)

export { type Codec, type CodecParts, json, type TypedCodec, text } from './codecs.ts'
export type { Negotiation } from './connection/state.ts'
export { slicing } from './downstream/read-queue.ts'
export {
  type AttemptRecord,
  type Cause,
  type ErrorCode,
  type Reason,
  type Refusal,
  SteadywireError,
} from './errors.ts'
export { negotiation } from './negotiation.ts'
export type {
  NeededOptions,
  Options,
  OutboxPart,
  ReadQueuePart,
  WinnerMemory,
} from './options.ts'
export type { Environment } from './platform/environment.ts'
export { type PageLifecycle, pageLifecycle } from './platform/page-lifecycle.ts'
export type { Block, Fields, Frame } from './protocols/event-block.ts'
export { type PlainOptions, plain } from './protocols/plain.ts'
export { type Polling, polling } from './protocols/polling.ts'
export type * from './protocols/protocol.ts'
export { steadywire } from './protocols/steadywire.ts'
export { eventsource } from './transports/eventsource.ts'
export { longpoll } from './transports/longpoll.ts'
export type * from './transports/transport.ts'
export { websocket } from './transports/websocket.ts'
export type * from './types.ts'
export { outbox } from './upstream/outbox.ts'
export { winnerMemory } from './winner-memory.ts'
