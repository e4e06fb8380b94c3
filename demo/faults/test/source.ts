/** A byte source without a socket: a text in pieces. */
import fc from 'fast-check'
import type { ByteSource } from '../byte-source.ts'

/** @returns a source of the text in pieces of these sizes, and a last piece with the rest. */
export function sourceOf(text: string, sizes: readonly number[] = []): ByteSource {
  const chunks: Buffer[] = []
  let rest = Buffer.from(text, 'latin1')
  for (const size of sizes) {
    chunks.push(rest.subarray(0, size))
    rest = rest.subarray(size)
  }
  chunks.push(rest)

  return {
    read: async () => chunks.shift() ?? null,
    unread: (bytes) => void (bytes.length > 0 && chunks.unshift(bytes)),
    ready: async () => {},
    discard: () => void chunks.splice(0),
    ended: Promise.resolve('fin'),
    end: 'fin',
  }
}

export async function restOf(source: ByteSource): Promise<string> {
  let rest = ''
  for (let bytes = await source.read(); bytes; bytes = await source.read()) rest += bytes
  return rest
}

/** Sizes of the pieces. */
export const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 })
