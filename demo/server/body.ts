/** Reads the body of a request, up to a size. */

import type { IncomingMessage } from 'node:http'
import { Refusal } from './refusal.ts'

export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0

  const body: AsyncIterable<Buffer> = request
  for await (const part of body) {
    bytes += part.length
    if (bytes <= maxBytes) parts.push(part)
    // Reads on, since the client sees a reset instead of the 413 while it still sends. Not without a limit, though.
    else if (bytes > 16 * maxBytes) break
  }

  if (bytes > maxBytes) throw new Refusal(413, `A body has at most ${maxBytes} bytes`)
  return new TextDecoder().decode(Buffer.concat(parts))
}

/** The content type without its parameters: browsers add `;charset=UTF-8`. */
export function mediaType({ headers }: IncomingMessage): string {
  const [essence = ''] = (headers['content-type'] ?? '').split(';')
  return essence.trim().toLowerCase()
}
