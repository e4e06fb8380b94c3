// What a bug is: in one kind of ways it breaks the promise, by some edits.

export interface Edit {
  readonly file: string
  /** Occurs once. */
  readonly from: string
  readonly to: string
}

export interface Bug {
  readonly kind: string
  readonly what: string
  readonly edits: readonly Edit[]
}

export function bug(
  kind: string,
  what: string,
  ...edits: readonly (readonly [file: string, from: string, to: string])[]
): Bug {
  return { kind, what, edits: edits.map(([file, from, to]) => ({ file, from, to })) }
}
