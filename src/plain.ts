/** The whole `plain`: for servers that know nothing of Steadywire, and have envelopes, first words, pings or ends of their own. */
import { plain as small } from './protocols/plain.ts'
import { polling } from './protocols/polling.ts'
import type { Protocol } from './protocols/protocol.ts'
import { type PlainOptions, wholePlain } from './protocols/whole-plain.ts'
import { checkWholePlain } from './protocols/whole-plain-check.ts'

/**
 * The protocol of servers that know nothing of Steadywire, with all that the one of the default entry leaves out.
 *
 * @example
 * const protocol = plain({ envelope: { type: 'type', data: 'data' }, hello: { type: 'subscribe', data: 'prices' } })
 * const wire = connect('/ws', { protocol, transports: [websocket] })
 */
export const plain = (options: PlainOptions = {}): Protocol => {
  if (__DEV__) checkWholePlain(options)
  return wholePlain({ ...options, polling: options.polling ?? polling }, small)
}

export type { Envelope, Packing, Unpacked } from './protocols/envelope.ts'
export type { HelloContext, HelloSource, Ping, Words } from './protocols/first-words.ts'
export type { CloseMeaning, PlainOptions } from './protocols/whole-plain.ts'
