/** Drives the client in a page from the test: connects, waits for states and events, reads the recording. */
import type { Options, StateName } from '../../../src/index.ts'
import type { Recording } from './lab.ts'
import type { EnginePage } from './page.ts'
import type * as pageCodecs from './page-codecs.ts'

declare global {
  var codecs: typeof pageCodecs
}

export const rungs = ['websocket', 'eventsource', 'longpoll'] as const
export type Rung = (typeof rungs)[number]
/** Those that an application asks for, too. */
export const allRungs = [...rungs, 'fetchstream'] as const
export type AnyRung = (typeof allRungs)[number]

/** Of the client's options those that are plain values, as all that goes into a page must be. */
type PlainOptions = Pick<
  Options,
  | 'lastEventId'
  | 'attemptDelayMs'
  | 'connectTimeoutMs'
  | 'minDelayMs'
  | 'maxDelayMs'
  | 'stableMs'
  | 'ackTimeoutMs'
>

export interface ConnectOptions extends PlainOptions {
  /** Default: all three. */
  readonly rungs?: readonly AnyRung[]
  /** Instead of the growing schedule of background probes: always so long. */
  readonly probeDelayMs?: number
  /** Of those in `codecs.js`, which the page must have. Default: JSON. */
  readonly codec?: keyof typeof codecs
  /** A secret for the URL's query. */
  readonly ticket?: string
}

export interface Client {
  connect(options?: ConnectOptions): Promise<void>
  recording(): Promise<Recording>
  /** Waits until a connection event came so many times. */
  happened(type: string, count?: number): Promise<void>
  count(type: string): Promise<number>
  /** Waits until the stream is open over this transport. */
  openOver(rung: AnyRung): Promise<void>
  inState(state: StateName): Promise<void>
  /** Waits for the tick with this number or a higher one. */
  received(n: number): Promise<void>
  /** Waits until everything that was sent is settled. */
  settled(): Promise<void>
  startSending(perSecond: number): Promise<void>
  stopSending(): Promise<void>
  /** The reply's number, or the error's code. */
  send(type: 'echo' | 'refuse', n: number): Promise<number | string>
  close(): Promise<void>
}

const POLLING = { polling: 20 }

export function createClient(page: EnginePage, url: string): Client {
  return {
    connect({ rungs: names = rungs, probeDelayMs, codec, ticket, ...options } = {}) {
      const source = ticket === undefined ? url : `${url}?ticket=${ticket}`

      return page.evaluate(
        ([address, chosen, plain, delayMs, format]) => {
          const { negotiation } = steadywire
          lab.connect(address, {
            ...plain,
            ...(format && { codec: codecs[format] }),
            transports: chosen.map((name) =>
              name === 'fetchstream' ? steadywire.fetchstream() : steadywire[name],
            ),
            ...(delayMs !== undefined && {
              negotiation: { ...negotiation, probeDelay: () => delayMs },
            }),
          })
        },
        [source, names, options, probeDelayMs, codec] as const,
      )
    },
    recording: () => page.evaluate(() => lab.recording),
    async happened(type, count = 1) {
      await page.waitForFunction(
        ([name, least]) => lab.recording.happenings.filter((h) => h.type === name).length >= least,
        [type, count] as const,
        POLLING,
      )
    },
    count: (type) =>
      page.evaluate((name) => lab.recording.happenings.filter((h) => h.type === name).length, type),
    async openOver(rung) {
      await page.waitForFunction(
        (name) => lab.wire.connection.state === 'open' && lab.wire.connection.transport === name,
        rung,
        POLLING,
      )
    },
    async inState(state) {
      await page.waitForFunction((name) => lab.wire.connection.state === name, state, POLLING)
    },
    async received(n) {
      await page.waitForFunction(
        (wanted) => (lab.recording.ticks.at(-1)?.n ?? 0) >= wanted,
        n,
        POLLING,
      )
    },
    async settled() {
      await page.waitForFunction(
        () => {
          const { sent, replies, failures } = lab.recording
          return replies.length + failures.length === sent && lab.wire.bufferedBytes === 0
        },
        undefined,
        POLLING,
      )
    },
    startSending: (perSecond) => page.evaluate((rate) => lab.startSending(rate), perSecond),
    stopSending: () => page.evaluate(() => lab.stopSending()),
    send: (type, n) =>
      page.evaluate(
        ([name, number]) =>
          lab.wire.send(name, { n: number }).then(
            (reply) => reply.n,
            (error: { code: string }) => error.code,
          ),
        [type, n] as const,
      ),
    close: () => page.evaluate(() => lab.wire.close()),
  }
}
