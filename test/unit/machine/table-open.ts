// The table of transitions while open: ticks, wakes and hand-overs.
import { es, fresh, lp, NOW, open, past, proven, type Row, tick, wake, ws } from './states.ts'

export const whileOpen: readonly Row[] = [
  [
    'tick opens a candidate for the best',
    open(es, [], { due: NOW, past: { probes: 1 } }),
    tick,
    { attempts: [es, { rank: 0 }], due: 0 },
  ],
  [
    'tick opens one for each better rank in turn',
    open(lp, [], { due: NOW, past: { probes: 2 } }),
    tick,
    { attempts: [lp, { rank: 1 }] },
  ],
  [
    'tick begins with the best again',
    open(lp, [], { due: NOW, past: { probes: 3 } }),
    tick,
    { attempts: [lp, { rank: 0 }] },
  ],
  [
    'tick waits while there were too many attempts',
    open(es, [], { due: NOW, past: { probes: 1 } }),
    tick,
    { attempts: [es], due: NOW + 7500, ...past({ probes: 2 }) },
    { pauseMs: 1 },
  ],
  ['tick that nobody wants', open(ws), tick, 'same'],
  [
    'tick on the best opens a fresh one',
    open(ws, [], { due: NOW, past: { probes: 1 } }),
    tick,
    { attempts: [ws, { rank: 0 }], due: 0 },
  ],
  ['wake checks the best by a fresh one', open(ws), wake, { attempts: [ws, { rank: 0 }] }],
  [
    'wake forgets how often was probed',
    open(es, [], { due: NOW + 9, past: { probes: 7 } }),
    wake,
    { due: 0, ...past() },
  ],
  [
    'wake on a fallback checks it, and the best',
    open(es),
    wake,
    { attempts: [es, { rank: 0 }, { rank: 1 }] },
  ],
  [
    'wake puts fresh candidates in place of those under way',
    open(es, [ws]),
    wake,
    { attempts: [es, { rank: 0 }, { rank: 1 }], due: 0 },
  ],
  [
    'wake while there were too many attempts adds none',
    open(ws),
    wake,
    { attempts: [ws] },
    { pauseMs: 1 },
  ],
  [
    'proven hands over, the active one is let go',
    open(es, [ws]),
    proven(ws),
    { name: 'open', attempts: [ws], due: 0 },
  ],
  ['proven of the same rank hands over', open(ws, [fresh]), proven(fresh), { attempts: [fresh] }],
  ['proven keeps better candidates', open(lp, [ws, es]), proven(es), { attempts: [es, ws] }],
  [
    'proven restarts the tries where the one before lived',
    open(es, [ws], { past: { tries: 3, waitMs: 9000 } }),
    proven(ws),
    { ...past({ waitMs: 9000 }) },
  ],
  [
    'proven lets go of better ones that died young lately',
    open(lp, [ws, es], { past: { lives: [1, 0, 0] } }),
    proven(es),
    { attempts: [es] },
  ],
  ['proven by a stranger', open(es, [ws]), proven(lp), 'same'],
]
