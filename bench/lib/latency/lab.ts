/** What the pages of the latency group can do. */
import type { TransportName } from '../transports.ts'

/** `raw`: the browser's own and a bare server; `minimal`: the same least, but of the reference server. */
export const readerNames = ['raw', 'minimal', 'steadywire'] as const
export type ReaderName = (typeof readerNames)[number]

export const senderNames = [
  'WebSocket, raw',
  'WebSocket, minimal',
  'WebSocket, steadywire',
  'POST, raw fetch',
  'POST, raw XHR',
  'POST, minimal',
  'POST, steadywire',
] as const
export type SenderName = (typeof senderNames)[number]

/** In each page, as `lab`. */
export interface LatencyLab {
  /** What is to be added to this page's clock to get the server's, in milliseconds. */
  calibrate(): Promise<number>
  /** Resolves when events can come; the next one is to have this number. */
  hear(reader: ReaderName, transport: TransportName, next: number): Promise<void>
  /** Ages in milliseconds, by this page's clock, of the events since last asked, once so many have come. */
  ages(count: number): Promise<number[]>
  /** Sends so many messages, each after the echo of the last: milliseconds of each. */
  roundTrips(sender: SenderName, count: number): Promise<number[]>
}
