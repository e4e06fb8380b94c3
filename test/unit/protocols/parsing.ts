// The parser under test, with all that it tells written down, and streams cut to pieces.
import { createBlockParser } from '../../../src/protocols/event-block.ts'
import type { Told } from './vectors/vector.ts'

const MEBIBYTE = 1_048_576

/** A parser that writes down what it tells: of a block over its cap no more than the id. */
export const startParser = (maxBytes = MEBIBYTE) => {
  const told: Told[] = []
  const parser = createBlockParser(
    {
      event: (block) => told.push(block.data.length > maxBytes ? { oversized: block.id } : block),
      retry: (ms) => told.push({ retry: ms }),
    },
    maxBytes,
  )
  return { told, parser }
}

/** Parses the pieces of a stream and ends it. */
export const parse = (pieces: Iterable<string>, maxBytes?: number) => {
  const { told, parser } = startParser(maxBytes)
  for (const piece of pieces) parser.push(piece)
  return { told, unfinished: parser.end() }
}

/** Cuts a text or bytes at the places given. */
export const cut = <T extends string | Uint8Array>(whole: T, places: readonly number[]): T[] => {
  const sorted = [0, ...[...places].sort((a, b) => a - b), whole.length]
  return sorted.slice(1).map((place, index) => whole.slice(sorted[index], place) as T)
}

/** Decodes pieces of bytes as they come in. The byte order mark is left to the parser. */
export const decode = function* (pieces: Iterable<Uint8Array>): Generator<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  for (const piece of pieces) yield decoder.decode(piece, { stream: true })
  yield decoder.decode()
}
