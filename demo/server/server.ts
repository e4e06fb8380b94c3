/** A Steadywire server: one URL for WebSocket, EventSource, long-poll and POST, to be used in any `node:http` server. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { createChannel, type PublishOptions } from './channel.ts'
import { type Connection, createConnections } from './connections.ts'
import type { Context } from './context.ts'
import type { CloseNotice } from './control-events.ts'
import type { Data } from './event-block.ts'
import { handleHttp } from './http.ts'
import { createInbox } from './inbox.ts'
import { resolveOptions, type SteadywireServerOptions } from './options.ts'
import type { Store } from './store.ts'
import { urlOf } from './target.ts'
import { createUpgrade } from './websocket.ts'

export interface SteadywireServer {
  readonly store: Store
  /** What is open now: streams, and admitted requests that are not answered yet. */
  readonly connections: ReadonlySet<Connection>
  /** Returns false, and leaves the request alone, where the URL is not this server's. */
  handleRequest(request: IncomingMessage, response: ServerResponse): boolean
  /** As `handleRequest`, for the `upgrade` event. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean
  /**
   * Sends an event to all clients. Resolves with its id, or with `undefined` for an ephemeral one.
   * Rejects with a `TypeError` or a `RangeError` where the protocol cannot carry it.
   */
  publish(type: string, data: Data, options?: PublishOptions): Promise<string | undefined>
  /**
   * Ends all connections in order, each with `sw:close`, and resolves when they have ended. With `final` the stream is
   * over and stays so. Otherwise clients may come back at once.
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
      handleHttp(context, request, response)
      return true
    },
    handleUpgrade(request, socket, head) {
      // Node has removed its own listener. Without one, a reset would end the process.
      socket.on('error', () => socket.destroy())
      if (urlOf(request).pathname !== settings.path) return false
      upgrade(request, socket, head)
      return true
    },
    publish: context.channel.publish,
    closeAll: connections.finishAll,
    dropAll: connections.dropAll,
  }
}
