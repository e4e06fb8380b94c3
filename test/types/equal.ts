// Types as test subjects: equal to the letter, not merely assignable.

export type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Compiles where its argument is `true`. */
export const holds = <T extends true>(): T | undefined => undefined

/** A value that need not exist: these files are only compiled. */
export declare const some: <T>() => T
