/** The EventSource transport: a response body of event blocks that does not end. WHATWG HTML, "Server-sent events". */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { STREAM_HEADERS } from './answer.ts'
import { closing } from './connections.ts'
import type { Context } from './context.ts'
import type { StreamRequest } from './request.ts'
import type { Position } from './store.ts'
import { type Sink, startStream } from './stream.ts'

export function serveEventSource(
  context: Context,
  { clientId }: StreamRequest,
  start: Position,
  response: ServerResponse,
): void {
  const { channel, connections, settings } = context
  response.writeHead(200, STREAM_HEADERS)

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

/** An EventSource is recognised by `Accept`, which its constructor sets (WHATWG HTML). */
export function wantsEventSource(request: IncomingMessage): boolean {
  return (request.headers.accept ?? '').toLowerCase().includes('text/event-stream')
}
