/** What the pages of the latency group can do. */
import type { TransportName } from '../transports.ts'

/** `raw`: the browser's own transport and a bare server; `minimal`: the same transport and the reference server. */
export const READER_NAMES = ['raw', 'minimal', 'steadywire'] as const
export type ReaderName = (typeof READER_NAMES)[number]

export const SENDER_NAMES = [
  'WebSocket, raw',
  'WebSocket, minimal',
  'WebSocket, steadywire',
  'POST, raw fetch',
  'POST, raw XHR',
  'POST, minimal',
  'POST, steadywire',
] as const
export type SenderName = (typeof SENDER_NAMES)[number]

/** In each page, as `lab`. */
export interface LatencyLab {
  /** The offset that makes this page's clock the server's, in milliseconds. */
  calibrate(): Promise<number>
  /** Resolves when events can come; the first one must have this number. */
  listen(reader: ReaderName, transport: TransportName, next: number): Promise<void>
  /** Ages in milliseconds, by this page's clock, of the events since the last call, when `count` of them have come. */
  ages(count: number): Promise<number[]>
  /** Sends `count` messages, each after the echo of the last: milliseconds of each. */
  roundTrips(sender: SenderName, count: number): Promise<number[]>
}
