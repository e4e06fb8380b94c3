/** The connections that are open, and how all of them are ended. */

import type { EventEmitter } from 'node:events'
import { type CloseNotice, checkNotice } from './control-events.ts'
import type { Observe, Transport } from './observe.ts'
import type { Position } from './store.ts'

export interface Connection {
  readonly transport: Transport
  readonly clientId: string | undefined
  /** Where it started; a POST starts nowhere. */
  readonly start?: Position
  /** Resolves when it is gone, for whatever reason. */
  readonly closed: Promise<void>
  /** Ends it in order, with `sw:close`; a POST is ended by its answer. */
  finish(notice: CloseNotice): void
  /** Cuts it off. */
  drop(): void
}

export interface Connections {
  readonly open: ReadonlySet<Connection>
  /** The notice that ended the stream for good. */
  readonly over: CloseNotice | undefined
  /** How often all were cut off: also those that were about to be added then. */
  readonly cuts: number
  add(connection: Connection): void
  /** Resolves when all that are open now are gone: each may take `graceMs`. */
  finishAll(notice: CloseNotice): Promise<void>
  dropAll(): void
}

export function createConnections(graceMs: number, observe: Observe): Connections {
  const open = new Set<Connection>()
  let over: CloseNotice | undefined
  let cuts = 0

  const finish = async (connection: Connection, notice: CloseNotice) => {
    const cut = setTimeout(connection.drop, graceMs)
    connection.finish(notice)
    await connection.closed
    clearTimeout(cut)
  }

  return {
    open,
    get over() {
      return over
    },
    get cuts() {
      return cuts
    },
    add(connection) {
      const { transport, clientId, start, closed } = connection
      open.add(connection)
      const { continuity, cursor } = start ?? {}
      observe({ kind: 'open', transport, clientId, continuity, cursor })
      void closed.then(() => {
        open.delete(connection)
        observe({ kind: 'closed', transport, clientId })
      })
      // Who comes after the end still gets what the log holds, and then the farewell.
      if (over) void finish(connection, over)
    },
    async finishAll(notice) {
      checkNotice(notice)
      if (notice.final) over = notice
      await Promise.all([...open].map((connection) => finish(connection, notice)))
    },
    dropAll() {
      cuts += 1
      for (const connection of open) connection.drop()
    },
  }
}

/** Resolves when a response or a WebSocket is gone. */
export function closing(emitter: EventEmitter): Promise<void> {
  return new Promise((resolve) => emitter.once('close', () => resolve()))
}
