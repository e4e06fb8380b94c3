/** Waits for news on the channel, for a bounded time. */

import type { Channel } from './channel.ts'

export interface Wait {
  /** Resolves with true when it is worth looking again: after news, and once at the end. Then with false. */
  news(): Promise<boolean>
  /** The ephemeral events since the beginning. */
  readonly heard: string
  /** Ends the wait. */
  end(): void
}

/** Ephemeral events kept while the store is slow, in characters. */
const MAX_HEARD_LENGTH = 1024 * 1024

/** Listens from now on: news that comes before the first `news()` counts. */
export function createWait(channel: Pick<Channel, 'subscribe'>, limitMs: number): Wait {
  let heard = ''
  let isNews = false
  let isOver = false
  let ring = () => {}

  const wake = () => {
    isNews = true
    ring()
  }
  const unsubscribe = channel.subscribe({
    wake,
    hear(block) {
      // Nobody is promised an ephemeral event.
      if (heard.length + block.length > MAX_HEARD_LENGTH) return
      heard += block
      wake()
    },
  })
  const end = () => {
    if (isOver) return
    isOver = true
    clearTimeout(timer)
    unsubscribe()
    wake()
  }
  const timer = setTimeout(end, limitMs)

  return {
    get heard() {
      return heard
    },
    async news() {
      if (!isNews && !isOver) {
        await new Promise<void>((resolve) => {
          ring = resolve
        })
      }
      const wasNews = isNews
      isNews = false
      return wasNews
    },
    end,
  }
}
