/** Where an HTTP/1.1 body ends (RFC 9112, sections 6 and 7), found while its bytes pass by. */
import type { ByteSource } from './byte-source.ts'
import type { BodyLength } from './http-head.ts'

export type BodyPiece = {
  /** The bytes as they came. */
  readonly raw: Buffer
  /** The parts of them that are content and not framing. */
  readonly content: readonly Buffer[]
}

export type BodyReader = {
  /** Reads on until the body, or the input, has ended. */
  pieces(source: ByteSource): AsyncGenerator<BodyPiece, void, undefined>
  readonly complete: boolean
}

/** Cuts a piece off the front of the bytes; the rest belongs to what follows the body. */
type Framing = {
  take(bytes: Buffer): { content: Buffer[]; length: number }
  readonly complete: boolean
}

export function createBodyReader(length: BodyLength): BodyReader {
  const framing = createFraming(length)
  return {
    async *pieces(source) {
      while (!framing.complete) {
        const bytes = await source.read()
        if (bytes === null) return
        const { content, length } = framing.take(bytes)
        source.unread(bytes.subarray(length))
        yield { raw: bytes.subarray(0, length), content }
      }
    },
    get complete() {
      return framing.complete
    },
  }
}

function createFraming(length: BodyLength): Framing {
  if (length === 'chunked') return chunked()
  return counted(length === 'until-close' ? Number.POSITIVE_INFINITY : length)
}

function counted(lengthBytes: number): Framing {
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
  }
}

function chunked(): Framing {
  let state: 'size' | 'data' | 'data-end' | 'trailer' | 'complete' = 'size'
  let line = ''
  let restBytes = 0

  /** A whole line of framing was read: what comes next? */
  function endLine(): void {
    if (state === 'size') {
      const size = Number.parseInt(line, 16)
      // What is no chunk size cannot be followed further: the rest is then taken as content.
      restBytes = Number.isNaN(size) ? Number.POSITIVE_INFINITY : size
      state = size === 0 ? 'trailer' : 'data'
    } else if (state === 'data-end') state = 'size'
    else if (line === '') state = 'complete'
    line = ''
  }

  return {
    take(bytes) {
      const content: Buffer[] = []
      let at = 0
      while (at < bytes.length && state !== 'complete') {
        if (state === 'data') {
          const part = bytes.subarray(at, at + Math.min(restBytes, bytes.length - at))
          content.push(part)
          at += part.length
          restBytes -= part.length
          if (restBytes === 0) state = 'data-end'
        } else {
          const newline = bytes.indexOf('\n', at)
          const end = newline < 0 ? bytes.length : newline + 1
          line += bytes.toString('latin1', at, end).replace(/\r?\n$|\r$/, '')
          // Its beginning tells all: a size, or whether it is empty.
          line = line.slice(0, 20)
          at = end
          if (newline >= 0) endLine()
        }
      }
      return { content, length: at }
    },
    get complete() {
      return state === 'complete'
    },
  }
}
