// A retained log with an epoch, as PROTOCOL.md wants it (3.1 and 3.6), whose every step is written into the history.
import type { Continuity } from '../../src/index.ts'
import { contentOf } from './content.ts'
import type { History } from './history.ts'

export interface Logged {
  readonly id: string
  readonly type: string
  readonly data: string
  /** Among all that was ever logged; each epoch's beginning takes one too. */
  readonly place: number
}

export interface Position {
  readonly continuity: Exclude<Continuity, 'unknown'>
  readonly id: string
  readonly place: number
}

export interface Log {
  readonly head: Position
  append(type: string, data: string): Logged
  locate(cursor: string | null): Position
  /** The events after a place, or `undefined` where some of them are not retained. */
  after(place: number): readonly Logged[] | undefined
  /** Forgets all but the last so many. */
  expire(keep: number): void
  /** Forgets everything: a new epoch. */
  reset(): void
}

export interface LogParts {
  readonly history: History
  readonly random: () => number
  /** Events retained. */
  readonly retain: number
  /** Types that clients listen to. */
  readonly loud: ReadonlySet<string>
  /** Ids say nothing about their order. */
  readonly isOpaque: boolean
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Another number for each: the factor is odd, so that none comes twice below 2³². */
const scramble = (number: number): string =>
  (Math.imul(number, 0x9e3779b1) >>> 0).toString(36).padStart(7, '0')

export const createLog = ({ history, random, retain, loud, isOpaque }: LogParts): Log => {
  let entries: Logged[] = []
  /** What was logged right before the oldest retained event. */
  let before = { id: '', place: 0 }
  let epoch = ''
  let number = 0
  let last = 0
  const places = new Map<string, number>()

  const begin = () => {
    epoch = Math.floor(random() * 2 ** 32).toString(36)
    number = 0
    entries = []
    places.clear()
    before = { id: `${epoch}-0`, place: ++last }
    places.set(before.id, last)
    history.add({ kind: 'epoch', id: before.id, place: last })
  }
  const expire = (keep: number) => {
    const dropped = entries.splice(0, Math.max(0, entries.length - keep)).at(-1)
    if (dropped) before = dropped
  }
  const at = (continuity: Position['continuity'], { id, place } = entries.at(-1) ?? before) => ({
    continuity,
    id,
    place,
  })
  begin()

  return {
    get head() {
      return at('fresh')
    },
    append(type, data) {
      // Holes in the numbers are no loss: ids are opaque.
      number += random() < 0.9 ? 1 : 1 + Math.floor(random() * 9)
      const entry = {
        id: `${epoch}-${isOpaque ? scramble(number) : number}`,
        type,
        data,
        place: ++last,
      }
      entries.push(entry)
      places.set(entry.id, last)
      history.add({
        kind: 'logged',
        id: entry.id,
        content: contentOf(type, data),
        place: last,
        silent: !loud.has(type),
        length: data.length,
        decodable: isJson(data),
      })
      expire(retain)
      return entry
    },
    locate(cursor) {
      const place = cursor ? places.get(cursor) : undefined
      if (!cursor) return at('fresh')
      if (place === undefined) return at('gap')
      return place < before.place ? at('gap', before) : at('resumed', { id: cursor, place })
    },
    after(place) {
      return place < before.place ? undefined : entries.slice(place - before.place)
    },
    expire,
    reset: begin,
  }
}
