// The table of transitions while waiting, suspended and closed.
import {
  close,
  closed,
  es,
  failed,
  NOW,
  past,
  proven,
  type Row,
  race,
  restart,
  suspend,
  suspended,
  tick,
  waiting,
  wake,
  ws,
} from './states.ts'

export const whileWaiting: readonly Row[] = [
  ['tick begins a race', waiting(), tick, { ...race, ...past({ tries: 1, waitMs: 500 }) }],
  [
    'tick begins with what was not demoted',
    waiting({ past: { shortLived: [3, 0, 0] } }),
    tick,
    { attempts: [{ rank: 1 }], rest: [2, 0] },
  ],
  [
    'tick begins a race of one without negotiation',
    waiting(),
    tick,
    { name: 'connecting', attempts: [{ rank: 0 }], due: 0, since: NOW },
    { isAlone: true },
  ],
  ['wake begins at once', waiting(), wake, { ...race, ...past({ tries: 1, waitMs: 500 }) }],
  ['wake waits while there were too many attempts', waiting(), wake, 'same', { limitedMs: 1 }],
  ['restart begins at once', waiting(), restart, race],
  [
    'proven by a candidate that was under way opens',
    waiting({ attempts: [ws] }),
    proven(ws),
    { name: 'open', attempts: [ws], due: 0, ...past({ tries: 1, waitMs: 500 }) },
  ],
  ['proven by a stranger', waiting(), proven(ws), 'same'],
  [
    'failed by a candidate waits on',
    waiting({ attempts: [ws] }),
    failed(ws),
    { name: 'waiting', attempts: [], due: NOW + 500, ...past({ tries: 1, waitMs: 500 }) },
  ],
  [
    'failed by a candidate for good waits on',
    waiting({ attempts: [ws] }),
    failed(ws, 'fatal'),
    { name: 'waiting', attempts: [] },
  ],
  ['failed by a stranger', waiting(), failed(ws), 'same'],
  [
    'suspend lets go',
    waiting({ attempts: [ws] }),
    suspend,
    { name: 'suspended', attempts: [ws], due: 0 },
  ],
  ['close ends', waiting(), close, { name: 'closed', reason: 'closed', due: 0 }],
]

export const whileSuspended: readonly Row[] = [
  ['tick', suspended(), tick, 'same'],
  ['wake begins at once', suspended({ attempts: [es] }), wake, race],
  ['restart begins at once', suspended({ attempts: [es] }), restart, race],
  [
    'wake waits while there were too many attempts, and lets go once more',
    suspended({ attempts: [es] }),
    wake,
    { name: 'waiting', attempts: [], due: NOW + 40, cause: { reason: 'aborted', local: true } },
    { limitedMs: 40 },
  ],
  [
    'wake keeps the tries',
    suspended({ past: { tries: 4, waitMs: 9 } }),
    wake,
    { ...past({ tries: 4, waitMs: 9 }) },
  ],
  ['proven by what was let go', suspended({ attempts: [es] }), proven(es), 'same'],
  ['failed by what was let go', suspended({ attempts: [es] }), failed(es, 'fatal'), 'same'],
  ['suspend again', suspended({ attempts: [es] }), suspend, { name: 'suspended', attempts: [es] }],
  ['close ends', suspended({ attempts: [es] }), close, { name: 'closed', reason: 'closed' }],
]

export const whileClosed: readonly Row[] = [
  wake,
  restart,
  tick,
  proven(ws),
  failed(ws),
  suspend,
  close,
].map((input): Row => [input.type, closed({ attempts: [ws] }), input, 'same'])
