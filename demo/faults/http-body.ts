/** Finds where an HTTP/1.1 body ends (RFC 9112, sections 6 and 7), while its bytes are forwarded. */
import type { ByteSource } from './byte-source.ts'
import type { BodyLength } from './http-head.ts'

/** Upper bound for one line of framing: a chunk size with its extensions, or a trailer field. */
const MAX_LINE_BYTES = 16 * 1024
/** Thirteen hexadecimal digits always fit a safe integer. */
const CHUNK_SIZE = /^0*([\da-f]{1,13})[\t ]*(?:;[^\r]*)?$/i

export interface BodyPiece {
  /** The bytes as they came. */
  readonly raw: Buffer
  /** The parts of them that are content and not framing. */
  readonly content: readonly Buffer[]
}

export interface BodyReader {
  /** Reads until the body or the input has ended, or until the framing is malformed. */
  pieces(source: ByteSource): AsyncGenerator<BodyPiece, void, undefined>
  readonly complete: boolean
  /** The end of the body cannot be found: the connection cannot be used further. */
  readonly malformed: boolean
}

interface Framing {
  /** Takes bytes of the body from the front; `length` is their number. The rest follows the body. */
  take(bytes: Buffer): { content: Buffer[]; length: number }
  readonly complete: boolean
  readonly malformed: boolean
}

export function createBodyReader(length: BodyLength): BodyReader {
  const framing = createFraming(length)
  let stuck = false

  return {
    async *pieces(source) {
      while (!framing.complete) {
        const bytes = await source.read()
        if (bytes === null) return

        const { content, length } = framing.take(bytes)
        // Without progress the same bytes would be read again and again.
        stuck = length === 0
        if (stuck || framing.malformed) return

        source.unread(bytes.subarray(length))
        yield { raw: bytes.subarray(0, length), content }
      }
    },
    get complete() {
      return framing.complete
    },
    get malformed() {
      return stuck || framing.malformed
    },
  }
}

function createFraming(length: BodyLength): Framing {
  if (length === 'chunked') return createChunkedFraming()
  return createCountedFraming(length === 'until-close' ? Number.POSITIVE_INFINITY : length)
}

function createCountedFraming(lengthBytes: number): Framing {
  let restBytes = lengthBytes
  return {
    take(bytes) {
      const content = bytes.subarray(0, Math.min(restBytes, bytes.length))
      restBytes -= content.length
      return { content: [content], length: content.length }
    },
    get complete() {
      return restBytes === 0
    },
    malformed: false,
  }
}

type ChunkedState = 'size' | 'data' | 'data-end' | 'trailer' | 'complete' | 'malformed'

function createChunkedFraming(): Framing {
  let state: ChunkedState = 'size'
  let line = ''
  let restBytes = 0

  /** What follows a whole line of framing. */
  function stateAfter(text: string): ChunkedState {
    switch (state) {
      case 'size': {
        const [, digits] = CHUNK_SIZE.exec(text) ?? []
        if (digits === undefined) return 'malformed'
        restBytes = Number.parseInt(digits, 16)
        return restBytes === 0 ? 'trailer' : 'data'
      }
      case 'data-end':
        return text === '' ? 'size' : 'malformed'
      default:
        return text === '' ? 'complete' : 'trailer'
    }
  }

  /** @returns where the bytes of the line end. */
  function takeLine(bytes: Buffer, at: number): number {
    const newline = bytes.indexOf('\n', at)
    const end = newline < 0 ? bytes.length : newline + 1
    line += bytes.toString('latin1', at, end)

    if (line.length > MAX_LINE_BYTES) state = 'malformed'
    else if (newline >= 0) {
      state = line.endsWith('\r\n') ? stateAfter(line.slice(0, -2)) : 'malformed'
      line = ''
    }
    return end
  }

  return {
    take(bytes) {
      const content: Buffer[] = []
      let at = 0

      while (at < bytes.length && state !== 'complete' && state !== 'malformed') {
        if (state === 'data') {
          const part = bytes.subarray(at, at + Math.min(restBytes, bytes.length - at))
          content.push(part)
          at += part.length
          restBytes -= part.length
          if (restBytes === 0) state = 'data-end'
        } else at = takeLine(bytes, at)
      }
      return { content, length: at }
    },
    get complete() {
      return state === 'complete'
    },
    get malformed() {
      return state === 'malformed'
    },
  }
}
