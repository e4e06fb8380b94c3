// One way of a connection: what is put in comes out later, in order, as the network's weather lets it.
import type { FakeClock } from '../support/fake-clock.ts'

/** How a connection ends: in order, with a reset, or with a close frame of that code. */
export type Ending = 'fin' | 'rst' | number

export type Item =
  | {
      readonly kind: 'head'
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
    }
  /** One frame, or one write to a body. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'end'; readonly ending: Ending }

/** `dead`: nothing comes out any more. `held`: text waits for the end. `slow`: one character a second. */
export type LineMode = 'pass' | 'dead' | 'held' | 'slow'

export interface Weather {
  latencyMs(): number
  /** Between two items. */
  spacingMs(): number
  /** So long a text is cut in the middle; 0 for not at all. */
  cutMs(): number
}

/** Takes pieces of text; `whole` at the last one of an item. */
export interface LineEnd {
  head(status: number, headers: Readonly<Record<string, string>>): void
  text(piece: string, whole: boolean): void
  end(ending: Ending): void
  /** The browser closes it, and tells nobody. */
  vanish?(): void
}

export interface Line {
  mode: LineMode
  /** An item has come out in part. */
  readonly partial: boolean
  readonly waiting: number
  put(item: Item): void
  /** What is under way is lost; the end is told after the latency. */
  breakOff(ending: Ending): void
  /** From now on as `mode` says; what was held comes out. */
  turn(mode: LineMode): void
  stop(): void
}

interface Queued {
  item: Item
  readonly at: number
  /** Cut already. */
  cut: boolean
}

const SLOW_MS = 1000

export const createLine = (clock: FakeClock, weather: Weather, out: LineEnd): Line => {
  let queue: Queued[] = []
  let held: string[] = []
  let mode: LineMode = 'pass'
  let timer: unknown
  let partial = false
  let stopped = false
  const now = () => clock.Date.now()

  const wait = (ms: number) => {
    timer = clock.setTimeout(arrive, ms)
  }
  const plan = () => {
    const [next] = queue
    if (!next || timer !== undefined || stopped) return
    wait(Math.max(0, next.at - now()))
  }
  const rest = (next: Queued, piece: string, text: string, ms: number) => {
    next.item = { kind: 'text', text }
    partial = true
    wait(ms)
    out.text(piece, false)
  }
  /** Answers whether the text is out as a whole. */
  const pass = (next: Queued, text: string): boolean => {
    if (mode === 'held') {
      held.push(text)
      return true
    }
    const cutMs = next.cut ? 0 : weather.cutMs()
    next.cut = true
    if (mode === 'slow' && text.length > 1) {
      rest(next, text.slice(0, 1), text.slice(1), SLOW_MS)
      return false
    }
    if (cutMs && text.length > 1) {
      const middle = text.length >> 1
      rest(next, text.slice(0, middle), text.slice(middle), cutMs)
      return false
    }
    partial = false
    return true
  }
  const arrive = () => {
    timer = undefined
    const [next] = queue
    if (!next || stopped) return
    if (mode === 'dead') {
      queue = []
      return
    }
    const { item } = next
    if (item.kind === 'text' && !pass(next, item.text)) return
    queue.shift()
    if (queue[0]) wait(Math.max(queue[0].at - now(), weather.spacingMs()))
    if (item.kind === 'head') out.head(item.status, item.headers)
    else if (item.kind === 'text') {
      if (mode !== 'held') out.text(item.text, true)
    } else {
      for (const text of held.splice(0)) out.text(text, true)
      out.end(item.ending)
    }
  }

  return {
    get mode() {
      return mode
    },
    set mode(next) {
      mode = next
    },
    get partial() {
      return partial
    },
    get waiting() {
      return queue.length
    },
    put(item) {
      if (stopped || mode === 'dead') return
      queue.push({ item, at: now() + weather.latencyMs(), cut: false })
      plan()
    },
    breakOff(ending) {
      queue = []
      held = []
      clock.clearTimeout(timer)
      timer = undefined
      this.put({ kind: 'end', ending })
    },
    turn(next) {
      if (mode === 'dead') return
      mode = next
      const texts = mode === 'held' ? [] : held.splice(0)
      queue.unshift(
        ...texts.map((text) => ({ item: { kind: 'text', text } as const, at: now(), cut: true })),
      )
      plan()
    },
    stop() {
      stopped = true
      queue = []
      held = []
      clock.clearTimeout(timer)
    },
  }
}
