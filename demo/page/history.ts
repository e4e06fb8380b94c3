/** What happened in the last minutes, as spans and marks on lanes, for the timeline and its table. Pure. */

/** A stretch of time; `to` is undefined while it lasts. */
export interface Span {
  readonly id: number
  /** A transport's name, or `faults`. */
  readonly lane: string
  readonly from: number
  readonly to: number | undefined
  readonly text: string
}

export type MarkKind = 'handover' | 'gap' | 'retry' | 'failed' | 'state' | 'error' | 'fault'

/** A moment. */
export interface Mark {
  readonly id: number
  readonly lane: string
  readonly at: number
  readonly kind: MarkKind
  readonly text: string
}

export interface History {
  readonly spans: readonly Span[]
  readonly marks: readonly Mark[]
  /** Begins a span on a lane, and ends the one before it. */
  begin(lane: string, text: string): void
  /** Ends the current span of a lane. */
  end(lane: string): void
  /** Adds a mark, now or at a time in the past. */
  mark(lane: string, kind: MarkKind, text: string, at?: number): void
}

const KEEP_MS = 10 * 60_000
/** Upper bound of spans, and of marks: a bad network may cause hundreds of marks a minute. The oldest go first. */
const MAX_ENTRIES = 400

/** `changed` is called after each change. */
export function createHistory(now: () => number, changed: () => void): History {
  let spans: readonly Span[] = []
  let marks: readonly Mark[] = []
  let lastId = 0

  function prune(): void {
    const oldest = now() - KEEP_MS
    spans = spans.filter(({ to }) => to === undefined || to >= oldest).slice(-MAX_ENTRIES)
    marks = marks.filter(({ at }) => at >= oldest).slice(-MAX_ENTRIES)
  }

  function end(lane: string): void {
    const to = now()
    spans = spans.map((span) =>
      span.lane === lane && span.to === undefined ? { ...span, to } : span,
    )
  }

  return {
    get spans() {
      return spans
    },
    get marks() {
      return marks
    },
    begin(lane, text) {
      end(lane)
      spans = [...spans, { id: ++lastId, lane, from: now(), to: undefined, text }]
      prune()
      changed()
    },
    end(lane) {
      end(lane)
      changed()
    },
    mark(lane, kind, text, at = now()) {
      marks = [...marks, { id: ++lastId, lane, at, kind, text }]
      prune()
      changed()
    },
  }
}
