/** The connections that are open: how each comes to be, and how all of them are ended. */

import type { EventEmitter } from 'node:events'
import { type CloseNotice, checkNotice } from './control-events.ts'
import type { Observe, Transport } from './observe.ts'
import type { Position } from './store.ts'

export interface Connection {
  readonly transport: Transport
  readonly clientId: string | undefined
  /** Where it started. A POST has no place in the stream. */
  readonly start?: Position
  /** Resolves when it has ended, for any reason. */
  readonly closed: Promise<void>
  /** Ends it in order, with `sw:close`. A POST ends with its answer. */
  finish(notice: CloseNotice): void
  /** Cuts it off. */
  drop(): void
}

/** A response or a socket that may become a connection. */
interface Line {
  readonly destroyed: boolean
  destroy(): unknown
}

export interface Connections {
  readonly open: ReadonlySet<Connection>
  /** The notice with which the stream ended permanently. */
  readonly over: CloseNotice | undefined
  /**
   * The only way to a connection: `decide` may wait for the application and the store, and resolves with the function
   * that begins it. This is not called where the client has left meanwhile, or all were cut off. Rejects as `decide` does.
   */
  admit(line: Line, decide: () => Promise<() => unknown>): Promise<unknown>
  /** Called when a connection begins, without a wait after `admit`. */
  add(connection: Connection): void
  /** Resolves when all that are open now have ended. Each may take `graceMs`. */
  finishAll(notice: CloseNotice): Promise<void>
  /** Cuts off all that are open, and all that wait to be admitted. */
  dropAll(): void
}

export function createConnections(graceMs: number, observe: Observe): Connections {
  const open = new Set<Connection>()
  const waiting = new Set<Line>()
  let over: CloseNotice | undefined

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

    async admit(line, decide) {
      waiting.add(line)
      try {
        const begin = await decide()
        return line.destroyed ? undefined : begin()
      } finally {
        waiting.delete(line)
      }
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

      // A client that comes after the end still gets what the log holds, then the farewell.
      if (over) void finish(connection, over)
    },
    async finishAll(notice) {
      checkNotice(notice)
      if (notice.final) over = notice
      await Promise.all([...open].map((connection) => finish(connection, notice)))
    },
    dropAll() {
      for (const line of waiting) line.destroy()
      for (const connection of open) connection.drop()
    },
  }
}

/** Resolves when a response or a WebSocket has ended. */
export function closing(emitter: EventEmitter): Promise<void> {
  return new Promise((resolve) => emitter.once('close', () => resolve()))
}
