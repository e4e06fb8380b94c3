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

function costOf(name: string, text: string, args: unknown[], result: unknown): number {
  if (single.has(name)) return 1
  if (typeof result === 'string' && (name === 'slice' || name === 'substring')) return result.length
  if (name !== 'indexOf' || typeof result !== 'number') return text.length

  const from = Number(args[1] ?? 0)
  return (result < 0 ? text.length : result) - from + 1
}

/** A method is counted with the length that it may look at, or of its result where that is what it makes. */
export function countStringWork(act: () => void): number {
  let chars = 0
  const real = new Map<string, unknown>()

  for (const name of names) {
    const method = String.prototype[name] as (...args: unknown[]) => unknown
    real.set(name, method)
    Reflect.set(String.prototype, name, function (this: string, ...args: unknown[]) {
      const result = Reflect.apply(method, this, args)
      chars += costOf(name, this, args, result)
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
