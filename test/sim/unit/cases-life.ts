// Per invariant, I1 to I8: histories that keep it, and histories that break it.
import type { Fact } from '../history.ts'
import type { Cases } from './cases.ts'
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
  gap,
  handed,
  hello,
  log,
  open,
  post,
  processed,
  rest,
  sent,
  settled,
  state,
  told,
} from './planted-history.ts'

const back: Fact = { kind: 'back', ...client }
const vanished: Fact = { kind: 'vanished', ...client, exchange: 1 }
const asked = (attempt: number, isOver = false): Fact => ({
  kind: 'asked',
  ...client,
  attempt,
  isOver,
})

export const lifeCases = {
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
      [sent(1), handed(1, 1), settled(1, 'outcome-unknown', '{"cause":{}}'), rest()],
      [sent(1), handed(1, 1), processed(1), settled(1, 'outcome-unknown'), rest()],
      [sent(1, 'signal'), settled(1, 'outcome-unknown'), rest()],
      [sent(1), rest('waiting'), settled(1, 'closed')],
    ],
    breaks: [
      [log(1), log(2), event('e-2')],
      [log(1), log(2), event('e-1'), rest()],
      [log(1), log(2), log(3), gap('e-2', 'oversized'), event('e-3')],
      [sent(1), settled(1)],
      [sent(1), settled(1, 'outcome-unknown', '{"cause":{}}')],
      [sent(1), handed(1, 1), settled(1, 'outcome-unknown')],
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
      [
        log(1, { length: 99 }),
        gap('e-1', 'oversized'),
        { kind: 'cursor', ...client, id: 'e-0' },
        gap('e-1', 'oversized'),
      ],
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
      [{ kind: 'away', ...client }, vanished, after(90_000), back, after(14_000), dropped(1)],
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
      [{ kind: 'away', ...client }, vanished, after(90_000), back, after(16_000), rest()],
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
} satisfies Partial<Cases>
