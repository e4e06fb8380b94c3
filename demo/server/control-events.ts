/** The control events a server sends. PROTOCOL.md, "Control events". */

import { formatBlock } from './event-block.ts'
import type { Outcome, Position } from './store.ts'

/** What the hello says about this server. */
export interface Terms {
  /** Interval of the pings. A client that receives nothing for 1.5 times as long reconnects. */
  readonly heartbeatMs: number
  /** The window over which clients spread their first reconnect. */
  readonly retryMs: number
  /** The largest upstream frame or body that is accepted. */
  readonly maxMessageBytes: number
}

export interface CloseNotice {
  readonly reason: string
  /** The client comes back after about this time. */
  readonly reconnectMs?: number
  /** The stream is over: the client never comes back. */
  readonly final?: true
}

export function formatHello({ continuity, cursor }: Position, terms: Terms): string {
  const { heartbeatMs, retryMs, maxMessageBytes } = terms
  const data = { continuity, heartbeatMs, retryMs, maxMessageBytes }
  return formatBlock({ id: cursor, type: 'sw:hello', data: JSON.stringify(data) })
}

export const PING_BLOCK = formatBlock({ type: 'sw:ping', data: '{}' })

export function formatAck(seq: number, outcome: Outcome): string {
  return formatBlock({ type: 'sw:ack', data: JSON.stringify({ seq, ...outcome }) })
}

/** Throws a `TypeError` where a close cannot say this. Its reason is also that of the WebSocket close frame. */
export function checkNotice({ reason, reconnectMs = 0, final }: CloseNotice): void {
  if (Buffer.byteLength(reason) > 123) {
    throw new TypeError('The reason of a close has at most 123 bytes (RFC 6455, section 5.5)')
  }
  if (!(reconnectMs >= 0 && Number.isFinite(reconnectMs))) {
    throw new TypeError(`reconnectMs must be 0 or more: ${reconnectMs}`)
  }
  if (final && reconnectMs > 0) throw new TypeError('A close is either final or has reconnectMs')
}

export function formatClose({ reason, reconnectMs, final }: CloseNotice): string {
  const data = final ? { reason, final } : { reason, reconnectMs }
  return formatBlock({ type: 'sw:close', data: JSON.stringify(data) })
}

/** Whether a type belongs to the protocol: no application may use it. */
export function isControlType(type: string): boolean {
  return type.startsWith('sw:')
}
