/** Requests over HTTP: what is decided about each, and which transport serves it. PROTOCOL.md, "One URL". */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { answer, answerRefusal } from './answer.ts'
import type { Context } from './context.ts'
import { serveEventSource, wantsEventSource } from './eventsource.ts'
import { servePoll } from './longpoll.ts'
import { corsHeaders, PREFLIGHT_HEADERS } from './origin.ts'
import { servePost } from './post.ts'
import { asRefusal, Refusal } from './refusal.ts'
import { checkSource, readRequest } from './request.ts'

export function handleHttp(
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  context.connections
    .admit(response, () => decide(context, request, response))
    .catch((error: unknown) => refuse(context, response, asRefusal(error)))
}

/** Resolves with what serves the request; rejects with a `Refusal`. */
async function decide(
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<() => unknown> {
  const { channel, connections, settings } = context
  // It waits behind an answer that may never end, and Node would not report that its client has left.
  if (!response.socket) throw new Refusal(503, 'The request before it is not answered yet', 1_000)

  await checkSource(request, settings)
  for (const [name, value] of Object.entries(corsHeaders(request))) response.setHeader(name, value)
  if (request.method === 'OPTIONS') return () => answer(response, 204, '', PREFLIGHT_HEADERS)
  if (request.method !== 'GET' && request.method !== 'POST') {
    response.setHeader('Allow', 'GET, POST, OPTIONS')
    throw new Refusal(405, 'Only GET and POST are known here')
  }

  const admitted = await readRequest(request, settings)
  if (request.method === 'POST') return () => servePost(context, admitted, request, response)

  const start = await channel.locate(admitted.cursor)
  // "Clients will reconnect … unless the server … returns 204": nothing is left for this one.
  if (connections.over && (await channel.isExhausted(start))) return () => answer(response, 204)

  const serve = wantsEventSource(request) ? serveEventSource : servePoll
  return () => serve(context, admitted, start, response)
}

function refuse(context: Context, response: ServerResponse, refusal: Refusal): void {
  if (!response.destroyed && !response.headersSent) context.refused(refusal)
  answerRefusal(response, refusal)
}
