/** The control events a server sends. PROTOCOL.md, "Control events". */

import { printBlock } from './event-block.ts'
import type { Outcome, Position } from './store.ts'

/** What the hello tells the client about this server. */
export interface Terms {
  /** A ping comes this often; a client that hears nothing for 1.5 times as long reconnects. */
  readonly heartbeatMs: number
  /** The window over which clients spread their first reconnect. */
  readonly retryMs: number
  /** The largest upstream frame or body that is accepted. */
  readonly maxMessageBytes: number
}

export interface CloseNotice {
  readonly reason: string
  /** Come back after about this long. */
  readonly reconnectMs?: number
  /** Never come back: the stream is over. */
  readonly final?: true
}

export function printHello({ continuity, cursor }: Position, terms: Terms): string {
  const { heartbeatMs, retryMs, maxMessageBytes } = terms
  const data = { continuity, heartbeatMs, retryMs, maxMessageBytes }
  return printBlock({ id: cursor, type: 'sw:hello', data: JSON.stringify(data) })
}

export const pingBlock = printBlock({ type: 'sw:ping', data: '{}' })

export function printAck(seq: number, outcome: Outcome): string {
  return printBlock({ type: 'sw:ack', data: JSON.stringify({ seq, ...outcome }) })
}

/** Throws a `TypeError` where the notice is none. The reason travels as that of a WebSocket close frame, too. */
export function checkNotice({ reason, reconnectMs = 0, final }: CloseNotice): void {
  if (Buffer.byteLength(reason) > 123) {
    throw new TypeError('The reason of a close has at most 123 bytes (RFC 6455, section 5.5)')
  }
  if (!(reconnectMs >= 0 && Number.isFinite(reconnectMs))) {
    throw new TypeError(`reconnectMs must be 0 or more: ${reconnectMs}`)
  }
  if (final && reconnectMs > 0) throw new TypeError('A close is either final or has reconnectMs')
}

export function printClose({ reason, reconnectMs, final }: CloseNotice): string {
  const data = final ? { reason, final } : { reason, reconnectMs }
  return printBlock({ type: 'sw:close', data: JSON.stringify(data) })
}

/** Whether a type belongs to the protocol, so that no application may use it. */
export const isControlType = (type: string): boolean => type.startsWith('sw:')
