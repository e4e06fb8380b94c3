// Counts the characters that string methods look at or copy, so that a test of growth needs no clock.

const names = [
  'at',
  'charAt',
  'charCodeAt',
  'codePointAt',
  'endsWith',
  'includes',
  'indexOf',
  'lastIndexOf',
  'match',
  'replace',
  'search',
  'slice',
  'split',
  'startsWith',
  'substring',
  'trim',
] as const

const single = new Set<string>(['at', 'charAt', 'charCodeAt', 'codePointAt'])
const cutting = new Set<string>(['slice', 'substring'])

/** A method is counted with the whole length of its string, or of its result where that is what it makes. */
export function countStringWork(act: () => void): number {
  let chars = 0
  const real = new Map<string, unknown>()

  for (const name of names) {
    const method = String.prototype[name] as (...args: unknown[]) => unknown
    real.set(name, method)
    Reflect.set(String.prototype, name, function (this: string, ...args: unknown[]) {
      const result = Reflect.apply(method, this, args)
      if (single.has(name)) chars += 1
      else if (cutting.has(name) && typeof result === 'string') chars += result.length
      else chars += this.length
      return result
    })
  }

  try {
    act()
  } finally {
    for (const [name, method] of real) Reflect.set(String.prototype, name, method)
  }
  return chars
}
