// What servers agree with their clients on.

/** What a server announces, and how it cuts its texts. */
export interface Terms {
  readonly heartbeatMs: number
  readonly retryMs: number
  readonly maxMessageBytes: number
  /** Events in one frame or write. */
  readonly frame: number
  /** Events in the body of one poll. */
  readonly body: number
  /** What answers to polls say to caches. */
  readonly caching?: Readonly<Record<string, string>>
}

export interface Notice {
  readonly reason?: string
  readonly reconnectMs?: number
  readonly final?: boolean
}
