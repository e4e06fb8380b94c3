/** One lasting connection (WebSocket or EventSource): hello, replay, live events, pings and the farewell, one write at a time. */

import type { Channel } from './channel.ts'
import {
  type CloseNotice,
  formatClose,
  formatHello,
  PING_BLOCK,
  type Terms,
} from './control-events.ts'
import type { Position } from './store.ts'

/** Where a connection's text goes. */
export interface Sink {
  /** Resolves when the text has left this process, or the connection has ended. */
  write(text: string): Promise<void>
  /** Ends in order, after what was written. */
  end(notice: CloseNotice): void
  /** Cuts the connection off. */
  drop(reason: string): void
}

export interface Stream {
  /** Queues control text, such as an ack. */
  send(text: string): void
  /** Sends what the log still holds, then `sw:close`, and ends. */
  finish(notice: CloseNotice): void
  /** Called when the connection has ended. */
  stop(): void
}

/** Acks and ephemeral events that may wait for a slow reader, in characters. */
const MAX_QUEUE_LENGTH = 1024 * 1024

export function startStream(channel: Channel, sink: Sink, start: Position, terms: Terms): Stream {
  let { cursor } = start
  let hello = formatHello(start, terms)
  let queue = ''
  let farewell: CloseNotice | undefined
  let isStopped = false
  let isPumping = false
  let isWoken = false
  /** Heartbeats that have passed during the present write. */
  let beats = 0

  const stop = () => {
    isStopped = true
    unsubscribe()
    clearInterval(heartbeat)
  }

  const drop = (reason: string) => {
    if (!isStopped) sink.drop(reason)
    stop()
  }

  /** What has to be written next, or an empty string. */
  const nextText = async (): Promise<string> => {
    const chunk = await channel.readAfter(cursor)
    if (!chunk) {
      // Only a hello can announce a gap: the client has to connect again.
      drop('too slow: its cursor is no longer retained')
      return ''
    }

    const text = hello + chunk.text + queue
    cursor = chunk.cursor
    hello = queue = ''
    return text
  }

  const pump = async () => {
    isWoken = true
    if (isPumping) return
    isPumping = true

    while (isWoken && !isStopped) {
      isWoken = false
      const text = await nextText()
      if (text !== '') {
        await sink.write(text)
        beats = 0
        // There may be more: reads on until it finds nothing.
        isWoken = true
      } else if (farewell && !isStopped) {
        await sink.write(formatClose(farewell))
        sink.end(farewell)
        // Still pumping, so that nothing follows a farewell.
        return
      }
    }
    isPumping = false
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
    receive(block) {
      // No client is promised an ephemeral event, least of all one that does not keep up.
      if (queue.length + block.length <= MAX_QUEUE_LENGTH) enqueue(block)
    },
  })
  const heartbeat = setInterval(() => {
    if (isPumping && ++beats > 1) drop('too slow: one write took longer than a heartbeat interval')
    else enqueue(PING_BLOCK)
  }, terms.heartbeatMs)
  wake()

  return {
    send(text) {
      if (queue.length + text.length > MAX_QUEUE_LENGTH) drop('too slow: it does not read its acks')
      else enqueue(text)
    },
    finish(notice) {
      farewell ??= notice
      wake()
    },
    stop,
  }
}
