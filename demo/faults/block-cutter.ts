/** Finds the place to cut an event stream: inside the block that follows a given number of whole ones. */

const LF = 0x0a
const CR = 0x0d

interface Taken {
  /** The number of bytes at the beginning of the chunk that may pass. */
  readonly length: number
  /** Whether the cut follows them. */
  readonly cut: boolean
}

/**
 * @returns a function to call with each chunk. In the first chunk that holds bytes of the block after
 * the whole ones, the cut is in the middle of those bytes.
 */
export function createBlockCutter(wholeBlocks: number) {
  let blocksLeft = wholeBlocks
  let lineIsEmpty = false
  let afterCr = false

  /** Where the unfinished block ends in these bytes, or -1. Lines end in CRLF, LF or CR. */
  function blockEnd(bytes: Buffer, from: number): number {
    for (let at = from; at < bytes.length; at += 1) {
      const byte = bytes[at]
      const completesCrlf = byte === LF && afterCr
      afterCr = byte === CR
      if (completesCrlf) continue

      if (byte !== LF && byte !== CR) {
        lineIsEmpty = false
      } else if (lineIsEmpty) {
        lineIsEmpty = false
        return at + 1
      } else lineIsEmpty = true
    }
    return -1
  }

  return function take(bytes: Buffer): Taken {
    let from = 0
    while (blocksLeft > 0) {
      const end = blockEnd(bytes, from)
      if (end < 0) return { length: bytes.length, cut: false }
      blocksLeft -= 1
      from = end
    }

    // The LF of a CRLF that ended the last whole block still belongs to it.
    if (afterCr && bytes[from] === LF) {
      from += 1
      afterCr = false
    }
    if (from === bytes.length) return { length: from, cut: false }

    const end = blockEnd(bytes, from)
    const nextBytes = (end < 0 ? bytes.length : end) - from
    return { length: from + Math.ceil(nextBytes / 2), cut: true }
  }
}
