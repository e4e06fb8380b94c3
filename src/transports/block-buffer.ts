/** Cuts what comes in pieces into whole event blocks (WHATWG HTML, section 9.2.6). */

/** A line end that another one follows: an empty line. A lone CR at the end of a piece may be half of a CRLF. */
const EMPTY_LINE = /(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)/g
/** As much of the last piece as can belong to an empty line that the next one ends. */
const OVERLAP = 3
/** A CR at the very end may be half of a CRLF: its LF must not become an empty line. */
const LINE = /[^\r\n]+(\r\n|\n|\r(?!$))?/g

/** Leaves nothing of a comment, and of an unfinished one its mark. */
const dropComment = (line: string, end: string | undefined): string => {
  if (line[0] !== ':') return line
  return end ? '' : ':'
}

/** Where the first or the last empty line of a text ends; 0 where it has none. */
const endOfEmptyLine = (text: string, which: 'first' | 'last'): number => {
  // What most servers write, looked for from the end.
  if (which === 'last' && !text.includes('\r')) {
    const at = text.lastIndexOf('\n\n')
    return at < 0 ? 0 : at + 2
  }

  let end = 0
  for (const { 0: found, index } of text.matchAll(EMPTY_LINE)) {
    end = index + found.length
    if (which === 'first') break
  }
  return end
}

/**
 * Returns a function that takes the next piece, and gives the whole blocks that it completes, or `''`. A block longer than
 * `maxLength` is left out: `overflowed` is called for it.
 */
export const createBlockBuffer = (
  maxLength: number,
  overflowed: () => void,
): ((piece: string) => string) => {
  let held: string[] = [] // since the last empty line
  let heldLength = 0
  let overlap = ''
  let isLeftOut = false // the block in progress

  const hold = (...pieces: readonly string[]) => {
    held = [...pieces]
    heldLength = pieces.reduce((sum, { length }) => sum + length, 0)
  }
  /** Makes room: comments are none of a block's fields. */
  const bound = () => {
    hold(held.join('').replace(LINE, dropComment))
    if (heldLength <= maxLength / 2) return // else the next piece would have all of it read again
    hold()
    isLeftOut = true
    overflowed()
  }

  const take = (piece: string): string => {
    const text = overlap + piece
    const end = endOfEmptyLine(text, isLeftOut ? 'first' : 'last')
    const cut = Math.max(0, end - overlap.length)
    overlap = text.slice(-OVERLAP)
    if (isLeftOut) {
      if (!end) return ''
      isLeftOut = false
      overlap = ''
      return take(piece.slice(cut))
    }
    if (!end) {
      held.push(piece)
      heldLength += piece.length
      if (heldLength > maxLength) bound()
      return ''
    }

    const whole = held.join('') + piece.slice(0, cut)
    const rest = piece.slice(cut)
    overlap = rest.slice(-OVERLAP)
    hold(rest)
    return whole
  }
  return take
}
