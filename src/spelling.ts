/** The name that was probably meant: for the texts of the development build. */

/** How many letters have to change (Levenshtein distance). */
const distance = (from: string, to: string): number => {
  const letters = [...to]
  let above = [0, ...letters.keys()].map((_, column) => column)

  for (const [row, letter] of [...from].entries()) {
    const counts = [row + 1]
    for (const [column, other] of letters.entries()) {
      const [left = 0, up = 0] = [counts[column], above[column + 1]]
      const replaced = (above[column] ?? 0) + Number(letter !== other)
      counts.push(Math.min(replaced, left + 1, up + 1))
    }
    above = counts
  }
  return above[letters.length] ?? 0
}

/** The known name that is nearest: a part of the other, or a few letters away. */
export const nearest = (name: string, known: readonly string[]): string | undefined => {
  const word = name.toLowerCase()
  const isNear = (other: string) =>
    word.length > 1 && (other.includes(word) || distance(word, other) <= word.length / 3)

  return known
    .filter((other) => isNear(other.toLowerCase()))
    .sort((a, b) => distance(word, a.toLowerCase()) - distance(word, b.toLowerCase()))[0]
}

/** A question in parentheses, since the remedy of the error follows as a sentence of its own. */
export const didYouMean = (name: string, known: readonly string[]): string | undefined => {
  const meant = nearest(name, known)
  return meant && `(did you mean ${meant}?)`
}

/** What to say of a name that does not exist; `instead`: what there is in place of names that people reach for. */
export const explainUnknown = (
  name: string,
  known: readonly string[],
  instead: Readonly<Record<string, string>>,
): string => {
  if (Object.hasOwn(instead, name)) return `does not exist: ${instead[name]}`
  return ['does not exist', didYouMean(name, known)].filter(Boolean).join(' ')
}
