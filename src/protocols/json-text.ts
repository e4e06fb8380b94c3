/** Takes JSON texts apart without printing them anew: numbers beyond 2^53 and spellings stay as they are. */

/** The items of a JSON array, or the members of an object, as their own text. */
export const splitParts = function* (text: string): Generator<string> {
  // Strings and brackets are all that can hide a comma.
  const tokens = /"(?:[^"\\]+|\\.)*"|[[\]{},]/g
  let depth = 0
  let from = 1
  for (let token = tokens.exec(text); token; token = tokens.exec(text)) {
    const [mark] = token
    if (mark === '[' || mark === '{') depth++
    else if (mark === ']' || mark === '}') depth--

    if (depth === 0 || (depth === 1 && mark === ',')) {
      const item = text.slice(from, token.index).trim()
      if (item) yield item
      from = token.index + 1
    }
  }
}

/** The items of a JSON array; anything else (RFC 8259) is one item. Throws a `SyntaxError` for what is no JSON. */
export const splitItems = (text: string): Iterable<string> =>
  Array.isArray(JSON.parse(text)) ? splitParts(text) : [text]
