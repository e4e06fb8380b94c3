/** What was probably meant by a name that is none: for the texts of the development build. */

/** How many letters have to change, or neighbours their places (Damerau and Levenshtein's distance). */
const distance = (from: string, to: string): number => {
  const letters = [...to]
  const own = [...from]
  let twoAbove: readonly number[] = []
  let above: readonly number[] = [0, ...letters.keys()].map((_, column) => column)

  for (const [row, letter] of own.entries()) {
    const counts = [row + 1]
    for (const [column, other] of letters.entries()) {
      const [left = 0, up = 0] = [counts[column], above[column + 1]]
      const replaced = (above[column] ?? 0) + Number(letter !== other)
      const isSwap = letter === letters[column - 1] && other === own[row - 1]
      const swapped = isSwap ? (twoAbove[column - 1] ?? 0) + 1 : Infinity
      counts.push(Math.min(replaced, left + 1, up + 1, swapped))
    }
    twoAbove = above
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

/** How to come by a value, in a module and after a script tag. */
export const importing = (name: string, usage = name): string =>
  `import { ${name} } and pass ${usage}; after a script tag ${usage.replace(name, 'Steadywire.$&')}`

/** The export that a name in quotes stands for. */
export const namedExport = (name: string): string => {
  if (name === 'plain') return `: ${importing('plain', 'plain()')}`
  return ['json', 'negotiation', 'steadywire', 'text'].includes(name) ? `: ${importing(name)}` : ''
}

const lettersOf = (type: string): string => type.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

/** Whether one is the other misspelled. Types that differ in a number, such as `job-1` and `job-2`, are a family. */
const isAlike = (one: string, other: string): boolean => {
  const [a, b] = [lettersOf(one), lettersOf(other)]
  if (a.replace(/\D/g, '') !== b.replace(/\D/g, '')) return false
  return distance(a, b) <= Math.min(2, Math.max(a.length, b.length) / 4)
}

/** More types are not watched: a server may make them up without end. */
const MAX_TYPES = 1000

export interface TypeWatch {
  /** Somebody listens to that type. */
  listen(type: string): void
  /** An event of that type came. */
  came(type: string): void
}

/**
 * `found` is called when a type came that nobody ever listened to, and one that is spelled alike never came. Of the type
 * `untyped`, which stands for any, one that is listened to is alike, as long as none of them came.
 */
export const createTypeWatch = (
  untyped: string | undefined,
  found: (listened: string, came: string) => void,
): TypeWatch => {
  const listened = new Set<string>()
  const known = new Map<string, number>() // types that came, and how many were listened to then

  return {
    listen(type) {
      if (listened.size <= MAX_TYPES) listened.add(type)
    },
    came(type) {
      const isFull = listened.size > MAX_TYPES || known.size > MAX_TYPES
      if (isFull || known.get(type) === listened.size) return

      known.set(type, listened.size)
      if (listened.has(type)) return
      const never = [...listened].filter((name) => !known.has(name))
      const isAny = type === untyped && never.length === listened.size
      const meant = never.find((name) => isAny || isAlike(name, type))
      if (meant) found(meant, type)
    },
  }
}
