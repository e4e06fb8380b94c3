/** What the groups of the benchmark have in common. */
import type { Browser } from 'playwright'

export interface Table {
  readonly title: string
  /** The first column is aligned to the left, the others to the right. */
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** How it was measured, and how to read it. */
  readonly note?: string
}

/** A promised figure. */
export interface Bar {
  readonly figure: string
  readonly bar: string
  readonly measured: string
  readonly met: boolean
}

export interface GroupResult {
  readonly tables: readonly Table[]
  readonly bars: readonly Bar[]
  /** Everything that was measured, for the JSON: by a name that includes the unit. */
  readonly samples: Readonly<Record<string, readonly number[]>>
}

export interface Context {
  /** A rough look in a sixth of the time: fewer repeats, shorter streams. */
  readonly quick: boolean
  /** Only whether it runs: once, with few events. Its figures mean nothing. It is quick too. */
  readonly smoke: boolean
  /** Interleaved repeats, where a group does not have its own number: 5, or 3 when quick. */
  readonly repeats: number
  /** Prints how far the group is. */
  progress(text: string): void
  /** Starts a Chromium, which is closed after the group. */
  launch(): Promise<Browser>
}

export interface Group {
  /** What `--only` calls it. */
  readonly name: string
  readonly title: string
  /** Whether the peers must be installed. */
  readonly needsPeers?: boolean
  run(context: Context): Promise<GroupResult>
}
