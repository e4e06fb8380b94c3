/** The parts, without a default set: pass the transports, the protocol and the codec that you use, and pay for no other. */
import { createWire } from './client.ts'
import { SteadywireError } from './errors.ts'
import type { EventMap, Options, UrlSource, Wire } from './types.ts'

/** Options of `core`'s `connect`: what has no default here must be given. */
export type CoreOptions = Options & Required<Pick<Options, 'transports' | 'protocol' | 'codec'>>

/**
 * Connects with the parts given. Several transports need `negotiation` as well.
 * Throws `bad-option`, `bad-url` or `unsupported` (`SteadywireError`).
 */
export const connect = <
  In extends EventMap = Record<string, unknown>,
  Out extends EventMap = Record<string, unknown>,
>(
  url: UrlSource,
  options: CoreOptions,
): Wire<In, Out> => {
  if (options?.transports?.[1] && !options.negotiation) {
    throw new SteadywireError('bad-option', 'Several transports need the option negotiation')
  }
  return createWire(url, options)
}

export { json } from './codecs/json.ts'
export { text } from './codecs/text.ts'
export type { ErrorCode } from './errors.ts'
export { negotiation } from './negotiation.ts'
export { type PlainOptions, plain } from './protocols/plain.ts'
export { steadywire } from './protocols/steadywire.ts'
export { eventsource } from './transports/eventsource.ts'
export { longpoll } from './transports/longpoll.ts'
export { websocket } from './transports/websocket.ts'
export type * from './types.ts'
export { SteadywireError }
