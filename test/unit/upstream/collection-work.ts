// Counts the steps that iterators and array methods take, so that a test of growth needs no clock.

/** They look at each item, or move each. */
const WHOLE = [
  'at',
  'concat',
  'every',
  'filter',
  'find',
  'findIndex',
  'findLast',
  'flatMap',
  'forEach',
  'includes',
  'indexOf',
  'join',
  'map',
  'reduce',
  'reverse',
  'shift',
  'slice',
  'some',
  'sort',
  'splice',
  'unshift',
] as const

/** What all iterators of a kind have in common: spreading, destructuring and `for`–`of` ask it for each item. */
const ITERATORS: readonly object[] = [
  Object.getPrototypeOf(new Map().values()),
  Object.getPrototypeOf(new Set().values()),
  Object.getPrototypeOf([].values()),
]

/** `at` takes one step whatever the length. */
const SINGLE = new Set<string>(['at'])

const COLLECTIONS: readonly object[] = [Map.prototype, Set.prototype]

export interface StepCounter {
  steps: number
  restore(): void
}

/** Counts from now on, in all code of this thread, until `restore` is called. */
function startCounting(): StepCounter {
  const undo: (() => void)[] = []
  const counter: StepCounter = {
    steps: 0,
    restore() {
      for (const act of undo) act()
    },
  }
  const wrap = (target: object, name: string, weigh: (self: unknown) => number) => {
    const method: unknown = Reflect.get(target, name)
    if (typeof method !== 'function') return
    const descriptor = Object.getOwnPropertyDescriptor(target, name)
    undo.push(() => descriptor && Object.defineProperty(target, name, descriptor))
    Object.defineProperty(target, name, {
      ...descriptor,
      value(this: unknown, ...args: unknown[]) {
        counter.steps += weigh(this)
        return Reflect.apply(method, this, args)
      },
    })
  }

  const lengthOf = (self: unknown) => (Array.isArray(self) ? self.length : 1)
  for (const name of WHOLE) wrap(Array.prototype, name, SINGLE.has(name) ? () => 1 : lengthOf)
  for (const prototype of ITERATORS) wrap(prototype, 'next', () => 1)
  for (const prototype of COLLECTIONS) {
    for (const name of ['get', 'has', 'set', 'add', 'delete']) wrap(prototype, name, () => 1)
  }
  return counter
}

/** How many steps that takes. */
export async function countSteps(act: () => unknown): Promise<number> {
  const counter = startCounting()
  try {
    await act()
  } finally {
    counter.restore()
  }
  return counter.steps
}
