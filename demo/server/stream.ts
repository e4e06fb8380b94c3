/** One lasting connection (WebSocket or EventSource): hello, replay, live events, pings and the farewell, one write at a time. */

import type { Channel } from './channel.ts'
import {
  type CloseNotice,
  pingBlock,
  printClose,
  printHello,
  type Terms,
} from './control-events.ts'
import type { Position } from './store.ts'

/** Where a connection's text goes. */
export interface Sink {
  /** Resolves when the text has left this process, or the connection is gone. */
  write(text: string): Promise<void>
  /** Ends in order, after what was written. */
  end(notice: CloseNotice): void
  /** Cuts the connection off. */
  drop(reason: string): void
}

export interface Stream {
  /** Queues control text, such as an ack. */
  say(text: string): void
  /** Sends what the log still holds, then `sw:close`, and ends. */
  finish(notice: CloseNotice): void
  /** To be called when the connection is gone. */
  stop(): void
}

/** Acks and ephemeral events that may wait for a slow reader, in characters. */
const maxQueueLength = 1024 * 1024

export function startStream(channel: Channel, sink: Sink, start: Position, terms: Terms): Stream {
  let { cursor } = start
  let greeting = printHello(start, terms)
  let queue = ''
  let farewell: CloseNotice | undefined
  let stopped = false
  let pumping = false
  let woken = false
  /** Heartbeats that have passed during the present write. */
  let beats = 0

  const stop = () => {
    stopped = true
    unsubscribe()
    clearInterval(heartbeat)
  }
  const drop = (reason: string) => {
    if (!stopped) sink.drop(reason)
    stop()
  }

  /** What is to be written next, or an empty string. */
  const take = async (): Promise<string> => {
    const chunk = await channel.readAfter(cursor)
    if (!chunk) {
      // Only a hello can tell of a gap: the client has to come again.
      drop('too slow: its cursor is no longer retained')
      return ''
    }
    const text = greeting + chunk.text + queue
    cursor = chunk.cursor
    greeting = queue = ''
    return text
  }

  const pump = async () => {
    woken = true
    if (pumping) return
    pumping = true
    while (woken && !stopped) {
      woken = false
      const text = await take()
      if (text !== '') {
        await sink.write(text)
        beats = 0
        // There may be more: read on until nothing is found.
        woken = true
      } else if (farewell && !stopped) {
        await sink.write(printClose(farewell))
        sink.end(farewell)
        // Still `pumping`: nothing follows a farewell.
        return
      }
    }
    pumping = false
  }
  const wake = () => {
    pump().catch((error: unknown) => drop(`the log failed: ${String(error)}`))
  }
  const enqueue = (text: string) => {
    queue += text
    wake()
  }

  const unsubscribe = channel.subscribe({
    wake,
    hear(block) {
      // Nobody is promised an ephemeral event, least of all a reader that does not keep up.
      if (queue.length + block.length <= maxQueueLength) enqueue(block)
    },
  })
  const heartbeat = setInterval(() => {
    if (pumping && ++beats > 1) drop('too slow: one write took longer than a heartbeat interval')
    else enqueue(pingBlock)
  }, terms.heartbeatMs)

  wake()
  return {
    say(text) {
      if (queue.length + text.length > maxQueueLength) drop('too slow: it does not read its acks')
      else enqueue(text)
    },
    finish(notice) {
      farewell ??= notice
      wake()
    },
    stop,
  }
}
