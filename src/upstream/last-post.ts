/** Messages of the moment in which the page is left: in requests that outlive it, whose answers nobody waits for. */
import type { OutboxContext } from '../options.ts'
import { type Message, outcomeUnknown } from './message.ts'

/** What a browser sends in requests that outlive their page (Fetch, "HTTP-network-or-cache fetch": 64 KiB). */
const LAST_BYTES = 60_000

/**
 * Posts what of `waiting` was not sent yet, as far as there is room, over the URL of that transport. Where repeats are
 * recognised, all before it goes along: a server takes no number after a higher one.
 */
export const postLast = (
  { environment, options, resolveUrl }: OutboxContext,
  waiting: Iterable<Message>,
  transport: string,
  maxBytes: number,
): void => {
  const { protocol, withCredentials } = options
  const post = async (batch: readonly Message[]) => {
    const { signal } = new AbortController()
    const url = await resolveUrl({ attempt: 1, reason: 'send', signal }, transport)
    await environment.fetch?.(url, {
      method: 'POST',
      headers: { 'content-type': protocol.contentType },
      body: batch.map(({ text }) => text).join(''),
      credentials: withCredentials ? 'include' : 'same-origin',
      keepalive: true,
    })
  }

  let bytes = 0
  const last: Message[] = []
  for (const message of waiting) {
    if (message.isSent && !protocol.repeats) continue
    bytes += message.bytes
    if (bytes > Math.min(LAST_BYTES, maxBytes)) break
    last.push(message)
  }
  if (last.every(({ isSent }) => isSent)) return

  for (let at = 0; at < last.length; at += protocol.batch) {
    const batch = last.slice(at, at + protocol.batch)
    for (const message of batch) message.isSent = message.isDoubtful = true
    post(batch).catch(() => {}) // the page is gone, or sends it again where repeats are recognised
    if (protocol.repeats) continue
    for (const { settle } of batch) settle(outcomeUnknown(undefined))
  }
}
