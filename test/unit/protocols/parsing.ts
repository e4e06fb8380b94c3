// The parser under test, with all that it yields written down, and streams cut to pieces.
import { parseBlocks, skipMark } from '../../../src/protocols/event-block.ts'
import type { Told } from './vectors/vector.ts'

const MEBIBYTE = 1_048_576

/** Parses a stream: of a block over the cap no more than the id is written down. */
export const parse = (text: string, maxBytes = MEBIBYTE) => {
  const told: Told[] = []
  let unfinished = false
  const blocks = parseBlocks(skipMark(text, false), () => {
    unfinished = true
  })
  for (const { id = '', type, data, retryMs } of blocks) {
    if (retryMs !== undefined) told.push({ retry: retryMs })
    if (data === undefined) continue
    told.push(data.length > maxBytes ? { oversized: id } : { id, type: type || 'message', data })
  }
  return { told, unfinished }
}

/** Cuts a text or bytes at the places given. */
export const cut = <T extends string | Uint8Array>(whole: T, places: readonly number[]): T[] => {
  const sorted = [0, ...[...places].sort((a, b) => a - b), whole.length]
  return sorted.slice(1).map((place, index) => whole.slice(sorted[index], place) as T)
}

/** Decodes pieces of bytes as they come in. The byte order mark is left to the parser. */
export const decode = (pieces: Iterable<Uint8Array>): string => {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let text = ''
  for (const piece of pieces) text += decoder.decode(piece, { stream: true })
  return text + decoder.decode()
}
