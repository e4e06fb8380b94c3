/** The EventSource transport: a response body of event blocks that does not end. WHATWG HTML, "Server-sent events". */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { answer, streamHeaders } from './answer.ts'
import { closing } from './connections.ts'
import type { Context } from './context.ts'
import type { StreamRequest } from './request.ts'
import { type Sink, startStream } from './stream.ts'

export async function serveEventSource(
  context: Context,
  request: StreamRequest,
  response: ServerResponse,
): Promise<void> {
  const { channel, connections, settings } = context
  const { clientId } = request
  const start = await channel.locate(request.cursor)
  if (response.destroyed) return
  // "Clients will reconnect … unless the server … returns 204": there is nothing left for this one.
  if (connections.over && (await channel.isExhausted(start))) return answer(response, 204)

  response.writeHead(200, streamHeaders)
  const drop = () => response.destroy()
  const sink: Sink = {
    write: (text) => new Promise((resolve) => response.write(text, () => resolve())),
    end: () => response.end(),
    drop(reason) {
      settings.observe({ kind: 'dropped', transport: 'eventsource', clientId, reason })
      drop()
    },
  }
  const stream = startStream(channel, sink, start, settings)
  response.on('close', stream.stop)
  connections.add({
    transport: 'eventsource',
    clientId,
    start,
    closed: closing(response),
    finish: stream.finish,
    drop,
  })
}

/** An EventSource is told by what it accepts (WHATWG HTML, the `EventSource` constructor sets this header). */
export function wantsEventSource(request: IncomingMessage): boolean {
  return (request.headers.accept ?? '').toLowerCase().includes('text/event-stream')
}
