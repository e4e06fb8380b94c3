/** A queue that tests wait on: for the next item, or for the first that fits. */

export interface Queue<T> {
  /** All that ever came. */
  readonly all: readonly T[]
  push(item: T): void
  /** Every later wait fails with this. */
  fail(error: Error): void
  /** Resolves with the next item that was not taken yet. */
  next(): Promise<T>
  /** Takes items until one fits, and resolves with that one. */
  nextThat<S extends T>(fits: (item: T) => item is S): Promise<S>
  nextThat(fits: (item: T) => boolean): Promise<T>
}

export function createQueue<T>(): Queue<T> {
  const all: T[] = []
  let taken = 0
  let failure: Error | undefined
  let wake = () => {}

  const next = async (): Promise<T> => {
    for (;;) {
      for (const item of all.slice(taken, taken + 1)) {
        taken += 1
        return item
      }
      if (failure) throw failure

      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  return {
    all,
    push(item) {
      all.push(item)
      wake()
    },
    fail(error) {
      failure = error
      wake()
    },
    next,
    async nextThat(fits: (item: T) => boolean) {
      for (;;) {
        const item = await next()
        if (fits(item)) return item
      }
    },
  }
}
