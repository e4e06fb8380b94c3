/** Steadywire with its defaults: three transports, the Steadywire protocol, JSON. */
import { createWire } from './client.ts'
import { json } from './codecs/json.ts'
import { negotiation } from './negotiation.ts'
import { steadywire } from './protocols/steadywire.ts'
import { eventsource } from './transports/eventsource.ts'
import { longpoll } from './transports/longpoll.ts'
import { websocket } from './transports/websocket.ts'
import type { EventMap, Options, UrlSource, Wire } from './types.ts'

const defaults: Options = {
  transports: [websocket, eventsource, longpoll],
  protocol: steadywire,
  codec: json,
  negotiation,
}

/**
 * Keeps one event stream alive over whatever the network allows. Type parameters: events that come in by type, messages
 * that go out by type (`Out` may give a reply's type: `{ chat: (data: { text: string }) => { id: string } }`).
 * Relative URLs resolve against the page. Throws a `SteadywireError`: `bad-url`, `bad-option` or `unsupported`.
 */
export const connect = <
  In extends EventMap = Record<string, unknown>,
  Out extends EventMap = Record<string, unknown>,
>(
  url: UrlSource,
  options: Options = {},
): Wire<In, Out> => createWire(url, defaults, options)

export { text } from './codecs/text.ts'
export { type ErrorCode, SteadywireError } from './errors.ts'
export { type PlainOptions, plain } from './protocols/plain.ts'
export * from './types.ts'
export { eventsource, json, longpoll, negotiation, steadywire, websocket }
