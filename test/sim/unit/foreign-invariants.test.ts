// What is checked of clients whose servers do not speak the protocol, or whose codec takes all.
import { describe, expect, test } from 'vitest'
import type { Fact } from '../history.ts'
import { type invariants, violationsOf } from '../invariants.ts'
import {
  client,
  dialled,
  event,
  failed,
  foreignHistory,
  gap,
  hello,
  log,
  open,
  processed,
  rest,
  type Steps,
  sent,
  settled,
  state,
  told,
} from './planted-history.ts'

/** A connection of a plain server: nothing is known of what it goes on from. */
const begin = (
  exchange: number,
  continuity: 'unknown' | 'fresh' | 'resumed' | 'gap',
  id = '',
  isMute = false,
) => [
  dialled(exchange),
  hello('unknown', id, exchange),
  told('open', { continuity, transport: 'websocket', exchange, isMute }),
]
const handOver = (exchange: number) => [
  dialled(exchange),
  hello('unknown', '', exchange),
  told('transport', { transport: 'websocket', exchange }),
]
const unknown = gap('', 'unknown')
const first = begin(1, 'unknown')
const again = [...begin(2, 'unknown'), unknown]

const cursor = (id: string): Fact => ({ kind: 'cursor', ...client, id })

interface Kind {
  readonly dialect: 'steadywire' | 'plain' | 'resumable'
  readonly codec: 'json' | 'text'
}
const plain: Kind = { dialect: 'plain', codec: 'json' }
const resumable: Kind = { dialect: 'resumable', codec: 'text' }

/** Of a connection that a listener has closed. */
const cutGap = told('gap', { reason: 'unknown', to: '', state: 'closed' })
/** The third poll brings an event without an id, which empties the cursor. */
const emptied = [
  ...begin(1, 'fresh'),
  ...[dialled(2, false, 'longpoll'), log(1), event('e-1', 2, 1, 'n', 'e-1')],
  ...[dialled(4, false, 'longpoll'), event('', 4)],
]

/** Histories that nothing is wrong with. */
const clean: readonly (readonly [string, Kind, Steps])[] = [
  ['a gap at each connection but the first', plain, [...first, ...again]],
  [
    'what connects anew may be mute',
    plain,
    [...first, state('waiting'), ...begin(2, 'unknown', '', true), unknown],
  ],
  ['a gap at a hand-over', plain, [...first, ...handOver(2), unknown]],
  ['a gap at the first where a cursor was given', plain, [cursor('e-0'), ...first, unknown]],
  [
    'events that came before come again, or not at all',
    plain,
    [
      ...[...first, log(1), log(2), event('e-1'), event('e-2'), log(3)],
      ...[...again, event('e-2', 2), event('e-3', 2), log(4), ...begin(3, 'unknown'), unknown],
      ...[log(5), event('e-5', 3)],
    ],
  ],
  [
    "an event without an id, which has a stranger's",
    plain,
    [
      ...[...first, log(1), log(2), event('e-1'), event('e-2'), ...again, log(3)],
      ...[{ kind: 'lied', ...client, ids: ['x-1'] } as const, event('x-1', 2), event('e-3', 2)],
    ],
  ],
  ['a send comes to nothing', plain, [...first, sent(1), settled(1)]],
  [
    'an event too large that has no id',
    plain,
    [
      ...first,
      log(1),
      event('e-1'),
      log(2, { length: 99 }),
      failed('too-large'),
      gap('', 'oversized'),
      log(3),
      event('e-3'),
    ],
  ],
  [
    'events without ids that are too large are told once',
    plain,
    [
      ...[...first, log(1), event('e-1'), log(2, { length: 99 }), failed('too-large')],
      ...[log(3, { length: 99 }), log(4), event('e-4')],
    ],
  ],
  [
    'all text can be decoded',
    resumable,
    [...begin(1, 'fresh'), log(1, { decodable: false }), event('e-1')],
  ],
  [
    'a cursor is gone on from',
    resumable,
    [
      ...[...begin(1, 'fresh'), log(1), event('e-1'), log(2)],
      ...[...begin(2, 'resumed', 'e-1'), event('e-2', 2), rest()],
    ],
  ],
  ['no cursor to go on from', resumable, [...begin(1, 'fresh'), ...begin(2, 'gap'), unknown]],
  [
    'a listener closes the wire before it is told of the connection',
    plain,
    [...first, dialled(2), hello('unknown', '', 2), state('open'), cutGap],
  ],
  [
    'a poll emptied the cursor, and the next one goes on from nowhere',
    resumable,
    [...emptied, unknown, dialled(3, false, 'longpoll'), log(2), log(3), event('e-3', 3)],
  ],
]

/** Polls that bring something each, ten a second. */
const polls = Array.from({ length: 200 }, (_, index) => [
  ...[log(index + 1), dialled(index + 9, false, 'longpoll')],
  99,
]).flat()

const gapLess = [...first, ...begin(2, 'unknown'), log(1), event('e-1', 2)]

/** Histories that break one invariant. */
const broken: readonly (readonly [keyof typeof invariants, Kind, Steps])[] = [
  ['I1 order', plain, [...first, log(1), log(2), event('e-2'), event('e-1')]],
  ['I1 order', plain, [...first, processed(2), processed(1)]],
  ['I2 no duplicates', plain, [...first, log(1), event('e-1'), event('e-1')]],
  [
    'I2 no duplicates',
    resumable,
    [...begin(1, 'fresh'), log(1), event('e-1'), ...begin(2, 'resumed', 'e-1'), event('e-1', 2)],
  ],
  ['I2 no duplicates', plain, [...first, sent(1), processed(1), processed(1, 2)]],
  ['I3 nothing lost', plain, [...first, log(1), log(2), log(3), event('e-1'), event('e-3')]],
  ['I3 nothing lost', plain, [...first, log(1), event('e-1'), log(2), rest()]],
  [
    'I3 nothing lost',
    plain,
    [...first, log(1), event('e-1'), log(2, { length: 99 }), log(3), event('e-3')],
  ],
  ['I3 nothing lost', plain, [...first, sent(1), rest()]],
  [
    'I3 nothing lost',
    resumable,
    [
      ...[...begin(1, 'fresh'), log(1), event('e-1'), log(2), log(3)],
      ...[...begin(2, 'resumed', 'e-1'), event('e-3', 2)],
    ],
  ],
  ['I4 one gap per loss', plain, gapLess],
  ['I4 one gap per loss', plain, [...first, unknown]],
  ['I4 one gap per loss', plain, [...first, ...again, unknown]],
  ['I4 one gap per loss', plain, [...first, ...begin(2, 'unknown'), rest()]],
  ['I4 one gap per loss', plain, begin(1, 'fresh')],
  ['I4 one gap per loss', plain, [...first, gap('', 'oversized')]],
  ['I4 one gap per loss', resumable, [...begin(1, 'fresh'), ...begin(2, 'resumed'), unknown]],
  [
    'I4 one gap per loss',
    resumable,
    [...begin(1, 'fresh'), ...begin(2, 'resumed', 'e-0'), unknown],
  ],
  ['I4 one gap per loss', resumable, [...begin(1, 'fresh'), gap('e-1', 'undecodable')]],
  ['I4 one gap per loss', plain, [...first, cutGap]],
  ['I4 one gap per loss', resumable, [...emptied, dialled(5, false, 'longpoll')]],
  ['I4 one gap per loss', resumable, [...emptied, unknown, unknown]],
  ['I4 one gap per loss', plain, [...begin(1, 'unknown'), ...emptied.slice(-5), unknown]],
  ['I8 no hammering', plain, [...first, ...polls]],
  ['I11 proof before open', plain, [open('unknown')]],
  ['I11 proof before open', plain, [...first, ...begin(2, 'unknown', '', true), unknown]],
]

describe('of a server that does not speak the protocol', () => {
  test.each(clean)('it is clean: %s', (_name, kind, steps) => {
    expect(violationsOf(foreignHistory(kind, ...steps))).toEqual([])
  })

  test.each(broken.map(([name, kind, steps], index) => [name, index, kind, steps] as const))(
    'it breaks %s in history %i',
    (name, _index, kind, steps) => {
      expect(violationsOf(foreignHistory(kind, ...steps)).join()).toContain(name)
    },
  )
})
