// Per invariant, I9 to I15: histories that keep it, and histories that break it.
import type { Fact } from '../history.ts'
import { SECRET } from '../page.ts'
import type { Cases } from './cases.ts'
import {
  after,
  client,
  closed,
  dialled,
  dropped,
  event,
  failed,
  fault,
  flood,
  gap,
  hello,
  log,
  open,
  post,
  processed,
  sent,
  settled,
  shown,
  state,
  told,
} from './planted-history.ts'

const jolt: Fact = { kind: 'jolt', ...client }
/** What says that a message was not processed. */
const refusals = ['refused', 'too-large', 'queue-full', 'unauthorized', 'aborted', 'timeout']

export const wayCases = {
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
} satisfies Partial<Cases>
