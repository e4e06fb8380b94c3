/** Waits for news on the channel, for a bounded time. */

import type { Channel } from './channel.ts'

export interface Wait {
  /** Resolves with true when a read may find something: after news, and once at the end. From then on with false. */
  news(): Promise<boolean>
  /** The ephemeral events since the beginning. */
  readonly ephemeral: string
  /** Ends the wait. */
  end(): void
}

/** Ephemeral events kept while the store is slow, in characters. */
const MAX_EPHEMERAL_LENGTH = 1024 * 1024

/** Listens from now on: news that comes before the first `news()` counts. */
export function createWait(channel: Pick<Channel, 'subscribe'>, limitMs: number): Wait {
  let ephemeral = ''
  let isNews = false
  let isOver = false
  let notify = () => {}

  const wake = () => {
    isNews = true
    notify()
  }

  const unsubscribe = channel.subscribe({
    wake,
    receive(block) {
      // No client is promised an ephemeral event.
      if (ephemeral.length + block.length > MAX_EPHEMERAL_LENGTH) return
      ephemeral += block
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
    get ephemeral() {
      return ephemeral
    },
    async news() {
      if (!isNews && !isOver) {
        await new Promise<void>((resolve) => {
          notify = resolve
        })
      }
      const wasNews = isNews
      isNews = false
      return wasNews
    },
    end,
  }
}
