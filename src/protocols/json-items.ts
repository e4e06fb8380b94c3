/** The items of a JSON array as their own text: printing them anew would change numbers beyond 2^53 and spellings. */

/** Anything but an array (RFC 8259) is one item. Throws a `SyntaxError` for what is no JSON. */
export const splitItems = function* (body: string): Generator<string> {
  const text = body.trim()
  if (!Array.isArray(JSON.parse(text))) return void (yield text)

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
