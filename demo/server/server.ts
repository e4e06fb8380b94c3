/** A Steadywire server: one URL for WebSocket, EventSource, long-poll and POST, to be hung into any `node:http` server. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { answer, retryAfter } from './answer.ts'
import { createChannel, type PublishOptions } from './channel.ts'
import { type Connection, createConnections } from './connections.ts'
import type { Context } from './context.ts'
import type { CloseNotice } from './control-events.ts'
import { serveEventSource, wantsEventSource } from './eventsource.ts'
import { createInbox } from './inbox.ts'
import { servePoll } from './longpoll.ts'
import { resolveOptions, type SteadywireServerOptions } from './options.ts'
import { corsHeaders, isOriginAllowed, preflightHeaders } from './origin.ts'
import { servePost } from './post.ts'
import { asRefusal, Refusal } from './refusal.ts'
import { admit, urlOf } from './request.ts'
import type { Store } from './store.ts'
import { createUpgrade } from './websocket.ts'

export interface SteadywireServer {
  readonly store: Store
  /** What is open now: streams, and requests that are not answered yet. */
  readonly connections: ReadonlySet<Connection>
  /** False where the URL is not this server's: then the request was not touched. */
  handleRequest(request: IncomingMessage, response: ServerResponse): boolean
  /** As `handleRequest`, for the `upgrade` event. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean
  /**
   * Sends an event to everybody. Resolves with its id, or with `undefined` for an ephemeral one.
   * Rejects with a `TypeError` or a `RangeError` where the protocol cannot carry it.
   */
  publish(type: string, data: string, options?: PublishOptions): Promise<string | undefined>
  /**
   * Ends all connections in order, each with `sw:close`, and resolves when they are gone. With `final` the stream is over
   * and stays so; else clients may come back at once.
   */
  closeAll(notice: CloseNotice): Promise<void>
  /** Cuts all connections off, as a crash would. */
  dropAll(): void
}

export function createSteadywireServer(options: SteadywireServerOptions = {}): SteadywireServer {
  const settings = resolveOptions(options)
  const { store, observe } = settings
  const connections = createConnections(settings.graceMs, observe)
  const context: Context = {
    settings,
    connections,
    channel: createChannel(store.log, observe),
    inbox: createInbox(settings),
    refused({ status, message, cause }) {
      if (cause !== undefined) observe({ kind: 'error', error: cause })
      observe({ kind: 'refused', status, reason: message })
    },
  }
  const upgrade = createUpgrade(context)

  return {
    store,
    connections: connections.open,
    handleRequest(request, response) {
      if (urlOf(request).pathname !== settings.path) return false
      serve(context, request, response).catch((error: unknown) => {
        refuse(context, response, asRefusal(error))
      })
      return true
    },
    handleUpgrade(request, socket, head) {
      // Node has taken its own listener off: without one, a reset would end the process.
      socket.on('error', () => socket.destroy())
      if (urlOf(request).pathname !== settings.path) return false
      if (isOriginAllowed(request, settings.allowedOrigins)) {
        upgrade(request, socket, head).catch((error: unknown) => {
          context.refused(asRefusal(error))
          socket.destroy()
        })
      } else {
        context.refused(foreignOrigin)
        socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      }
      return true
    },
    publish: context.channel.publish,
    closeAll: connections.finishAll,
    dropAll: connections.dropAll,
  }
}

const foreignOrigin = new Refusal(403, 'This origin is not allowed here')

async function serve(
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { connections, settings } = context
  const { cuts } = connections
  if (!isOriginAllowed(request, settings.allowedOrigins)) throw foreignOrigin
  for (const [name, value] of Object.entries(corsHeaders(request))) response.setHeader(name, value)
  if (request.method === 'OPTIONS') return answer(response, 204, '', preflightHeaders)
  if (request.method !== 'GET' && request.method !== 'POST') {
    response.setHeader('Allow', 'GET, POST, OPTIONS')
    throw new Refusal(405, 'Only GET and POST are known here')
  }
  const admitted = await admit(request, settings)
  if (response.destroyed || connections.cuts > cuts) {
    response.destroy()
    return
  }
  if (request.method === 'POST') return servePost(context, admitted, request, response)
  if (wantsEventSource(request)) return serveEventSource(context, admitted, response)
  return servePoll(context, admitted, response)
}

function refuse(context: Context, response: ServerResponse, refusal: Refusal): void {
  // The client is gone, or the body has begun: nothing can be said any more.
  if (response.destroyed || response.headersSent) {
    response.destroy()
    return
  }
  context.refused(refusal)
  answer(response, refusal.status, refusal.message, retryAfter(refusal.retryAfterMs))
}
