/** Finds the place to cut an event stream: inside the block after so many whole ones. */

const LF = 0x0a
const CR = 0x0d

/**
 * Tells of each chunk how much of it may pass, and whether the cut is there. The first chunk that
 * goes on after the whole blocks is cut in the middle of what it holds of the next block.
 */
export function createBlockCutter(wholeBlocks: number) {
  let blocksLeft = wholeBlocks
  let lineIsEmpty = false
  let afterCr = false

  /** Where the block that is under way ends in these bytes, or -1. Lines end in CRLF, LF or CR. */
  function blockEnd(bytes: Buffer, from: number): number {
    for (let at = from; at < bytes.length; at++) {
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

  return function take(bytes: Buffer): { length: number; cut: boolean } {
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
    const under = (end < 0 ? bytes.length : end) - from
    return { length: from + Math.ceil(under / 2), cut: true }
  }
}
