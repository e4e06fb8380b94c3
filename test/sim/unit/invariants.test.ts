// Each invariant holds for a clean history, and sees what is planted into it.
import { describe, expect, test } from 'vitest'
import type { Fact } from '../history.ts'
import { invariants } from '../invariants.ts'
import { SECRET } from '../page.ts'
import {
  after,
  alive,
  arrived,
  client,
  closed,
  dialled,
  dropped,
  ended,
  event,
  failed,
  fault,
  flood,
  gap,
  handed,
  hello,
  history,
  log,
  open,
  post,
  processed,
  rest,
  type Steps,
  sent,
  settled,
  shown,
  state,
  told,
} from './planted-history.ts'

const vanished: Fact = { kind: 'vanished', ...client, exchange: 1 }
const jolt: Fact = { kind: 'jolt', ...client }
const asked = (attempt: number, isOver = false): Fact => ({
  kind: 'asked',
  ...client,
  attempt,
  isOver,
})

/** What says that a message was not processed. */
const refusals = ['refused', 'too-large', 'queue-full', 'unauthorized', 'aborted', 'timeout']

/** Per invariant: histories that keep it, and histories that break it. */
const cases: Record<keyof typeof invariants, { keeps: Steps[]; breaks: Steps[] }> = {
  'I1 order': {
    keeps: [
      [log(1), log(2), event('e-1'), event('e-2')],
      [log(1), log(2), { kind: 'lied', ...client, ids: ['e-1'] }, event('e-2'), event('e-1')],
      [processed(1), processed(2), { kind: 'forgot' }, processed(1)],
    ],
    breaks: [
      [log(1), log(2), event('e-2'), event('e-1')],
      [event('e-9')],
      [processed(2), processed(1)],
    ],
  },
  'I2 no duplicates': {
    keeps: [
      [log(1), event('e-1'), event(''), event('')],
      [processed(1), { kind: 'forgot' }, processed(1)],
    ],
    breaks: [
      [log(1), event('e-1'), event('e-1')],
      [processed(1), processed(1)],
    ],
  },
  'I3 nothing lost': {
    keeps: [
      [log(1), log(2, { silent: true }), log(3), event('e-1'), event('e-3'), rest()],
      [log(1), log(2), log(3), gap('e-2'), event('e-3'), rest()],
      [log(1, { length: 99 }), log(2), gap('e-1', 'oversized'), event('e-2')],
      [log(1), { kind: 'lied', ...client, ids: ['e-1'] }, log(2), event('e-2'), rest()],
      [sent(1), processed(1), settled(1), rest()],
      [sent(1), handed(1, 1), settled(1, 'outcome-unknown'), rest()],
      [sent(1, 'signal'), settled(1, 'outcome-unknown'), rest()],
      [sent(1), rest('waiting'), settled(1, 'closed')],
    ],
    breaks: [
      [log(1), log(2), event('e-2')],
      [log(1), log(2), event('e-1'), rest()],
      [log(1), log(2), log(3), gap('e-2', 'oversized'), event('e-3')],
      [sent(1), settled(1)],
      [sent(1), settled(1, 'outcome-unknown')],
      [sent(1), rest(), settled(1, 'closed')],
      [sent(1), rest('waiting')],
      [log(1), event('e-1', 1, 1, 'another')],
      [sent(1), processed(1), { ...settled(1), reply: 2 } as Fact],
      [sent(11), processed(11), settled(11)],
    ],
  },
  'I4 one gap per loss': {
    keeps: [
      [hello('gap', 'e-5', 2), open('gap', 2), gap('e-5'), log(6), event('e-6', 2)],
      [log(1, { decodable: false }), gap('e-1', 'undecodable')],
      [{ kind: 'noise', ...client }, gap('', 'undecodable')],
    ],
    breaks: [
      [gap('e-5')],
      [hello('gap', 'e-5', 2), open('gap', 2), log(6), event('e-6', 2)],
      [hello('gap', 'e-5', 2), open('gap', 2), gap('e-5'), gap('e-5')],
      [hello('gap', 'e-5', 2), open('resumed', 2), gap('e-5')],
      [hello('resumed', 'e-5', 2), open('gap', 2), gap('e-5')],
      [hello('gap', 'e-5', 2), open('gap', 2), gap('e-4')],
      [log(1, { length: 99 }), gap('e-1', 'oversized'), gap('e-1', 'oversized')],
      [log(1), gap('e-1', 'oversized')],
    ],
  },
  'I5 one promoted connection': {
    keeps: [
      [dialled(2), told('transport', { exchange: 2 }), event('e-1', 2)],
      [
        dialled(2, true, 'longpoll'),
        told('transport', { exchange: 2 }),
        dialled(3, false, 'longpoll'),
        event('e-1', 3),
      ],
    ],
    breaks: [
      [told('open', { actives: 2 })],
      [dialled(2), told('transport', { exchange: 2 }), event('e-1', 1)],
      [
        dialled(2, false, 'longpoll'),
        dialled(3),
        told('transport', { exchange: 3 }),
        event('e-1', 2),
      ],
    ],
  },
  'I6 nothing alive after close': {
    keeps: [
      [closed, ended, alive('closed'), settled(1, 'closed')],
      [alive('suspended', 'online', 'timer', 'post')],
    ],
    breaks: [
      [closed],
      [closed, ended, alive('closed', 'timer')],
      [closed, ended, alive('closed', 'post')],
      [alive('suspended', 'websocket')],
      [closed, ended, event('e-1')],
      [closed, ended, dialled(2)],
      [closed, ended, told('state')],
    ],
  },
  'I7 bounded recovery': {
    keeps: [
      [state('connecting'), after(9000), state('open')],
      [state('waiting'), told('retry', { delayMs: 500 }), after(500), state('connecting')],
      [state('waiting'), { kind: 'away', ...client }, after(90_000), state('connecting')],
      [{ kind: 'doom', ...client }, ended],
      [closed, ended],
      [arrived('e-1'), after(9000), dialled(2, true, 'eventsource'), event('e-1', 2)],
      [vanished, after(14_000), dropped(1), after(90_000), rest()],
      [vanished, { kind: 'away', ...client }, after(90_000), dropped(1)],
      [{ kind: 'healed' }, after(1000), { kind: 'recovered', ...client }, after(900_000), rest()],
      [{ kind: 'over' }, { kind: 'healed' }, after(900_000), rest('waiting')],
    ],
    breaks: [
      [state('connecting'), after(11_000), state('open')],
      [state('waiting'), told('retry', { delayMs: 500 }), after(700), state('connecting')],
      [state('connecting'), after(11_000), rest()],
      [ended],
      [{ kind: 'healed' }, rest('waiting')],
      [arrived('e-1'), after(60_000), event('e-1')],
      [vanished, after(16_000), dropped(1)],
      [vanished, after(16_000), rest()],
      [{ kind: 'strayed', ...client, path: '/a/live' }],
      [{ kind: 'cached', ...client, how: 'answered' }],
      [{ kind: 'cached', ...client, how: 'waiting' }],
      [{ kind: 'healed' }, after(900_000), rest()],
      // Needless waits, though each ends in time.
      [
        { kind: 'healed' },
        ...Array.from({ length: 50 }, () => [
          state('waiting'),
          told('retry', { delayMs: 30_000 }),
          after(30_000),
          state('connecting'),
          after(10),
        ]).flat(),
        state('open'),
        rest(),
      ],
    ],
  },
  'I8 no hammering': {
    keeps: [
      Array.from({ length: 90 }, (_, index) => [dialled(index), after(2000)]).flat(),
      Array.from({ length: 90 }, (_, index) => [
        dialled(index, false, 'longpoll'),
        after(1000),
      ]).flat(),
      Array.from({ length: 40 }, (_, index) => dialled(index)).concat([
        { kind: 'strained', ...client } as never,
      ]),
      Array.from({ length: 90 }, (_, index) => [...post(index, index), settled(index)]).flat(),
      [asked(1), asked(1, true), asked(2), asked(2, true)],
      [asked(1), asked(1, true), open(), asked(1), asked(1, true)],
    ],
    breaks: [
      Array.from({ length: 40 }, (_, index) => post(index, index)).flat(),
      [asked(1), asked(2)],
      [asked(1), asked(1, true), asked(1), asked(1, true)],
      Array.from({ length: 40 }, (_, index) => dialled(index)),
      Array.from({ length: 180 }, (_, index) => [
        dialled(index, false, 'longpoll'),
        after(200),
      ]).flat(),
    ],
  },
  'I9 within caps': {
    keeps: [
      [sent(1), sent(2), sent(3), settled(3, 'queue-full'), settled(1), sent(4)],
      [{ kind: 'buffer', ...client, bytes: 100 }, event('e-1', 1, 50)],
      [sent(1, 'signal'), settled(1, 'aborted'), sent(2, 'time'), settled(2, 'timeout')],
      [failed('too-large'), gap('e-1', 'oversized'), failed('codec'), gap('e-2', 'undecodable')],
      [failed('codec'), gap('e-1', 'undecodable'), gap('e-2', 'undecodable')],
      [...flood(32), ...flood(32, 'read'), ...flood(32)],
      [...flood(33), dropped(1), told('retry', { dump: '{"detail":"too much unread"}' })],
    ],
    breaks: [
      [sent(1), sent(2), sent(3)],
      [{ kind: 'buffer', ...client, bytes: 101 }],
      [event('e-1', 1, 51)],
      [sent(1), settled(1, 'untyped')],
      [sent(1), settled(1, 'aborted')],
      [sent(1, 'signal'), settled(1, 'timeout')],
      [failed('codec'), gap('e-1', 'oversized')],
      flood(34),
      [...flood(33), dropped(1), told('retry')],
    ],
  },
  'I10 throwing listeners harm nothing': {
    keeps: [
      [
        { kind: 'threw', ...client },
        { kind: 'reported', ...client, dump: 'A listener failed' },
      ],
    ],
    breaks: [
      [{ kind: 'threw', ...client }],
      [{ kind: 'reported', ...client, dump: 'A listener failed' }],
      [
        { kind: 'threw', ...client },
        { kind: 'reported', ...client, dump: 'TypeError' },
      ],
    ],
  },
  'I11 proof before open': {
    keeps: [[hello('resumed', 'e-1', 2), told('transport', { transport: 'websocket' })]],
    breaks: [
      [open()],
      [hello('resumed', 'e-1', 2), told('transport', { transport: 'eventsource' })],
    ],
  },
  'I12 no secrets': {
    keeps: [[told('error', { dump: '{"message":"refused"}' })]],
    breaks: [
      [told('error', { dump: `{"stack":"?ticket=${SECRET}"}` })],
      [{ kind: 'stored', ...client, dump: SECRET }],
      [{ kind: 'warned', ...client, dump: SECRET }],
      [{ ...settled(1, 'closed'), dump: SECRET } as Fact],
      [{ kind: 'reported', ...client, dump: SECRET }],
    ],
  },
  'I13 told as not processed': {
    keeps: [
      ...refusals.map((outcome) => [sent(1), settled(1, outcome)]),
      [sent(1), processed(1), settled(1, 'outcome-unknown')],
      [sent(11), processed(11), settled(11, 'refused')],
      [sent(1), sent(2), settled(1, 'refused'), processed(2)],
    ],
    breaks: refusals.flatMap((outcome) => [
      [sent(1), processed(1), settled(1, outcome)],
      [sent(1), settled(1, outcome), after(60_000), processed(1)],
    ]),
  },
  'I14 two ways, two fates': {
    keeps: [
      [sent(1), ...post(2, 1), after(10_000), dropped(2, 'post')],
      [sent(1), ...post(2, 1), settled(1), dropped(2, 'post')],
      [sent(1), ...post(2, 1), closed, dropped(2, 'post')],
      [sent(1), ...post(2, 1), { kind: 'strained', ...client }, dropped(2, 'post')],
      [dialled(2, true, 'longpoll'), dropped(2, 'longpoll')],
      [jolt, after(-1), dropped(1, 'eventsource', 'post')],
      [fault('POST alone', true), told('gap'), told('transport'), told('error')],
      [fault('FIN'), fault('POST alone', true), state('waiting')],
      [fault('POST alone', true), fault('FIN'), state('waiting')],
      [state('waiting'), fault('POST alone', true), told('retry'), state('connecting'), open()],
      [fault('POST alone', true), jolt, state('waiting')],
      [fault('POST alone', true), { kind: 'outrun', ...client }, state('waiting')],
    ],
    breaks: [
      [sent(1), ...post(2, 1), dropped(2, 'post')],
      [sent(1), ...post(2, 1), after(4000), dropped(2, 'post'), settled(1)],
      [dropped(1, 'eventsource', 'post')],
      [dropped(1, 'longpoll', 'post')],
      [fault('POST alone', true), state('waiting')],
      [fault('POST alone', true), told('retry')],
      [fault('POST alone', true), open()],
      [state('waiting'), fault('POST alone', true), open(), state('waiting')],
    ],
  },
  'I15 no cursor goes back': {
    keeps: [
      [log(1), log(2), shown('e-1'), shown('e-2'), shown('e-2')],
      [log(1), log(2), shown('e-2'), after(1), gap('e-1'), after(-1), shown('e-1')],
      [log(1), log(2), { kind: 'lied', ...client, ids: ['e-1'] }, shown('e-2'), shown('e-1')],
      [log(1), shown('e-1'), shown('')],
    ],
    breaks: [
      [log(1), log(2), shown('e-2'), shown('e-1')],
      [log(1), log(2), shown('e-2'), told('error', { cursor: 'e-1' })],
      [log(1), log(2), shown('e-2'), gap('e-1'), after(10), shown('e-2'), shown('e-1')],
    ],
  },
}

describe.each(Object.entries(cases))('%s', (name, { keeps, breaks }) => {
  const check = invariants[name as keyof typeof invariants]

  test.each(keeps.map((steps, index) => [index, steps] as const))(
    'has nothing to say of clean history %i',
    (_index, steps) => {
      expect(check(history(...steps))).toEqual([])
    },
  )

  test.each(breaks.map((steps, index) => [index, steps] as const))(
    'sees what is planted into history %i',
    (_index, steps) => {
      expect(check(history(...steps)).length).toBeGreaterThan(0)
    },
  )
})
