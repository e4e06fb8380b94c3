/** Messages of the moment in which the page is left: in requests that outlive it, whose answers nobody waits for. */
import type { OutboxContext } from '../options.ts'
import { type Message, outcomeUnknown } from './message.ts'

/** What a browser sends in requests that outlive their page (Fetch, "HTTP-network-or-cache fetch": 64 KiB). */
const LAST_BYTES = 60_000

/** Posts those of `waiting` that were not sent yet, as far as there is room, over the URL of that transport. */
export const postLast = (
  { environment, options, resolveUrl }: OutboxContext,
  waiting: Iterable<Message>,
  transport: string,
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
  const unsent: Message[] = []
  for (const message of waiting) {
    if (message.isSent) continue
    bytes += message.bytes
    if (bytes > LAST_BYTES) break
    unsent.push(message)
  }
  for (let at = 0; at < unsent.length; at += protocol.batch) {
    const batch = unsent.slice(at, at + protocol.batch)
    for (const message of batch) message.isSent = message.isDoubtful = true
    post(batch).catch(() => {}) // the page is gone, or sends it again where repeats are recognised
    if (protocol.repeats) continue
    for (const { settle } of batch) settle(outcomeUnknown(undefined))
  }
}
