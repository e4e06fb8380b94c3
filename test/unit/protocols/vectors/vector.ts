// A vector: a stream, and what must come of it. The rules are sentences of the HTML standard, "Server-sent events",
// sections "Parsing an event stream" and "Interpreting an event stream":
// https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream

/** What a parser tells, in order: a block, an oversized block or a reconnection time. */
export type Told =
  | { readonly id: string; readonly type: string; readonly data: string }
  | { readonly oversized: string }
  | { readonly retry: number }

export type Block = Extract<Told, { data: string }>

export interface Vector {
  readonly about: string
  readonly text: string
  /** As they travel. Default: the text in UTF-8. */
  readonly bytes?: Uint8Array
  readonly told: readonly Told[]
  /** Whether the end of the stream discards something. */
  readonly unfinished?: boolean
  /** Default: no cap that matters. */
  readonly maxBytes?: number
  /**
   * Where we differ on purpose: what a native EventSource makes of it. Default: the blocks told, with the last event ID
   * kept from one to the next (`id` is the block's own with us, and the cursor keeps it).
   */
  readonly standard?: readonly Block[]
  /** Where Chromium departs from the standard, and we do not: what it makes of it. */
  readonly chromium?: readonly Block[]
}

export interface Chapter {
  readonly name: string
  /** The sentence of the standard that its vectors follow, or the reason why we differ. */
  readonly rule: string
  readonly vectors: readonly Vector[]
}

/** A block as it is told. */
export const block = (data: string, id = '', type = 'message'): Block => ({ id, type, data })

/** Text in UTF-8 with single bytes between. */
export const bytesOf = (...parts: readonly (string | number)[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === 'number' ? [part] : [...new TextEncoder().encode(part)],
    ),
  )

export const isBlock = (told: Told): told is Block => 'data' in told

/** What an EventSource makes of a vector. */
export function standardOf({ told, standard }: Vector): readonly Block[] {
  let last = ''
  return (
    standard ??
    told.filter(isBlock).map((one) => {
      last = one.id || last
      return { ...one, id: last }
    })
  )
}
