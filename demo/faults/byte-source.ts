/** The reading half of a socket, pulled chunk by chunk: it reads only a little ahead of its reader. */
import type { Socket } from 'node:net'

/** Upper bound of the unread bytes before the socket is paused. */
const READ_AHEAD_BYTES = 64 * 1024

/** How a socket's input ended: by a FIN, or by a reset or any other failure. */
export type End = 'fin' | 'reset'

export interface ByteSource {
  /** Returns the next chunk, or null when everything was read and the input has ended. One reader at a time. */
  read(): Promise<Buffer | null>
  /** Puts back bytes that belong to the next reader. */
  unread(bytes: Buffer): void
  /** Settles when `read` would return at once. */
  ready(): Promise<void>
  /** Drops all bytes, received and to come; the end of the input is still noticed. */
  discard(): void
  /** Settles when the input has ended, even if not everything before the end was read. */
  readonly ended: Promise<End>
  readonly end: End | null
}

export function createByteSource(socket: Socket): ByteSource {
  const chunks: Buffer[] = []
  let bufferedBytes = 0
  let end: End | null = null
  let discarding = false
  let waiting: (() => void)[] = []
  let settleEnd: (end: End) => void
  const ended = new Promise<End>((resolve) => {
    settleEnd = resolve
  })

  function wake(): void {
    const woken = waiting
    waiting = []
    for (const resolve of woken) resolve()
  }

  function finish(how: End): void {
    end ??= how
    settleEnd(end)
    wake()
  }

  socket.on('data', (chunk: Buffer) => {
    if (discarding) return

    chunks.push(chunk)
    bufferedBytes += chunk.length
    if (bufferedBytes >= READ_AHEAD_BYTES) socket.pause()
    wake()
  })
  socket.on('end', () => finish('fin'))
  socket.on('error', () => finish('reset'))
  socket.on('close', () => finish('reset'))

  async function ready(): Promise<void> {
    if (chunks.length > 0 || end !== null || discarding) return
    await new Promise<void>((resolve) => waiting.push(resolve))
  }

  return {
    ready,
    async read() {
      await ready()
      const chunk = chunks.shift() ?? null
      bufferedBytes -= chunk?.length ?? 0
      if (bufferedBytes < READ_AHEAD_BYTES) socket.resume()
      return chunk
    },
    unread(bytes) {
      if (bytes.length === 0) return
      chunks.unshift(bytes)
      bufferedBytes += bytes.length
    },
    discard() {
      discarding = true
      chunks.length = 0
      bufferedBytes = 0
      socket.resume()
      wake()
    },
    ended,
    get end() {
      return end
    },
  }
}
