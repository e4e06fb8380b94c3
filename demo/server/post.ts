/** Messages of EventSource and long-poll clients: blocks in a request's body, acks in its answer. PROTOCOL.md, "Upstream". */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerBlocks } from './answer.ts'
import { mediaType, readBody } from './body.ts'
import { closing } from './connections.ts'
import type { Context } from './context.ts'
import { formatAck } from './control-events.ts'
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
  // A form cannot send this type, so no foreign page can without a preflight.
  if (mediaType(request) !== 'text/event-stream') {
    throw new Refusal(415, 'The content type must be text/event-stream')
  }
  if (clientId === undefined) throw new Refusal(400, 'A message needs a client_id in the URL')

  connections.add({
    transport: 'post',
    clientId,
    closed: closing(response),
    // It ends with its answer.
    finish() {},
    drop: () => response.destroy(),
  })

  const messages = parseMessages(await readBody(request, settings.maxMessageBytes))
  let acks = ''
  for (const message of messages) {
    acks += formatAck(message.seq, await inbox.process({ clientId, user }, message))
  }
  answerBlocks(response, acks)
}
