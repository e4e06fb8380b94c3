/** Messages of EventSource and long-poll clients: blocks in a request body, acks in its answer. PROTOCOL.md, "Upstream". */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerBlocks } from './answer.ts'
import { closing } from './connections.ts'
import type { Context } from './context.ts'
import { printAck } from './control-events.ts'
import { parseMessages } from './message.ts'
import { Refusal } from './refusal.ts'
import type { StreamRequest } from './request.ts'

export async function servePost(
  context: Context,
  { clientId, user }: StreamRequest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { connections, inbox, settings } = context
  if (connections.over) throw new Refusal(410, 'The stream is over')
  if (!isEventStream(request)) throw new Refusal(415, 'A body must be text/event-stream')
  if (clientId === undefined) throw new Refusal(400, 'A message needs a client_id in the URL')

  connections.add({
    transport: 'post',
    clientId,
    closed: closing(response),
    // It is ended by its answer, which is on its way.
    finish() {},
    drop: () => response.destroy(),
  })
  const messages = parseMessages(await readBody(request, settings.maxMessageBytes))
  let acks = ''
  for (const message of messages) {
    acks += printAck(message.seq, await inbox.process({ clientId, user }, message))
  }
  answerBlocks(response, acks)
}

/** Browsers add `;charset=UTF-8`. A form cannot send this type, so no foreign page can without a preflight. */
function isEventStream({ headers }: IncomingMessage): boolean {
  const [essence = ''] = (headers['content-type'] ?? '').split(';')
  return essence.trim().toLowerCase() === 'text/event-stream'
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes <= maxBytes) parts.push(part)
    // What is too much is still read, or else the client would see a reset instead of the 413. But not for ever.
    else if (bytes > 16 * maxBytes) break
  }
  if (bytes > maxBytes) throw new Refusal(413, `A body has at most ${maxBytes} bytes`)
  return new TextDecoder().decode(Buffer.concat(parts))
}
