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

/** A figure that was promised. */
export interface Bar {
  readonly figure: string
  readonly bar: string
  readonly measured: string
  readonly met: boolean
}

export interface GroupResult {
  readonly tables: readonly Table[]
  readonly bars: readonly Bar[]
  /** All that was measured, for the JSON: by what was measured, unit in its name. */
  readonly samples: Readonly<Record<string, readonly number[]>>
}

export interface Context {
  /** A rough look in a sixth of the time: fewer repeats, shorter runs. */
  readonly quick: boolean
  /** Only whether it runs: quick too, once, and hardly any events. Its figures mean nothing. */
  readonly smoke: boolean
  /** Interleaved repeats of everything: 5, or 3 when quick. */
  readonly repeats: number
  /** Says how far it is. */
  progress(text: string): void
  /** A Chromium of the group's own, closed after it. */
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
