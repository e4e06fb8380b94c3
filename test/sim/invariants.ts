// All invariants of the promise, by name. I10 to I12: listeners that throw, proof before open, no secret told.
import { withinCaps } from './cap-invariants.ts'
import { nothingChanged } from './content-invariants.ts'
import { oneGapPerLoss } from './gap-invariants.ts'
import type { Entry, Of } from './history.ts'
import { boundedRecovery, nothingAlive, onePromoted } from './life-invariants.ts'
import { noHammering } from './pace-invariants.ts'
import { SECRET } from './page.ts'
import { type Invariant, noDuplicates, nothingLost, order, perClient } from './stream-invariants.ts'
import { cursorNeverBack, ownFates, trueRefusals } from './way-invariants.ts'

/** I10: a listener that throws is reported, once each time, and nothing else is. */
export const throwersHarmNothing = perClient((own) => {
  const threw = own.filter(({ kind }) => kind === 'threw').length
  const reported = own.filter((entry): entry is Of<'reported'> => entry.kind === 'reported')
  const others = reported.filter(({ dump }) => dump !== 'A listener failed')
  const wrong = others.map(({ dump }) => `reported: ${dump}`)
  if (reported.length !== threw) wrong.push(`${threw} threw, ${reported.length} were reported`)
  return wrong
})

/** Another connection takes over only once its server has said a word, whatever the protocol takes for proof. */
const findMute = (own: readonly Entry[]): string[] => {
  const wrong: string[] = []
  let isOpen = false
  for (const entry of own) {
    if (entry.kind !== 'told') continue
    if (entry.type === 'state') isOpen = false
    if (!/^(open|transport)$/.test(entry.type)) continue
    if (isOpen && entry.isMute) wrong.push(`${entry.transport} took over without a word`)
    isOpen = true
  }
  return wrong
}

/** I11: `open`, or another transport, is told only after that connection's hello, and once for each. */
export const proofBeforeOpen = perClient((own) => {
  const wrong = findMute(own)
  let hello: Of<'hello'> | undefined
  for (const entry of own) {
    if (entry.kind === 'hello') hello = entry
    if (entry.kind !== 'told' || (entry.type !== 'open' && entry.type !== 'transport')) continue
    if (hello?.transport !== entry.transport) wrong.push(`${entry.type} without a hello`)
    hello = undefined
  }
  return wrong
})

/** I12: nothing that was told or stored holds the secret of the URLs. */
export const noSecrets: Invariant = (entries: readonly Entry[]) =>
  entries
    .filter((entry) => 'dump' in entry && entry.dump.includes(SECRET))
    .map((entry) => `the secret in ${entry.kind}`)

export const invariants = {
  'I1 order': order,
  'I2 no duplicates': noDuplicates,
  'I3 nothing lost': (entries) => [...nothingLost(entries), ...nothingChanged(entries)],
  'I4 one gap per loss': oneGapPerLoss,
  'I5 one promoted connection': onePromoted,
  'I6 nothing alive after close': nothingAlive,
  'I7 bounded recovery': boundedRecovery,
  'I8 no hammering': noHammering,
  'I9 within caps': withinCaps,
  'I10 throwing listeners harm nothing': throwersHarmNothing,
  'I11 proof before open': proofBeforeOpen,
  'I12 no secrets': noSecrets,
  'I13 told as not processed': trueRefusals,
  'I14 two ways, two fates': ownFates,
  'I15 no cursor goes back': cursorNeverBack,
} as const satisfies Record<string, Invariant>

/** All that is wrong in a history. */
export const violationsOf = (entries: readonly Entry[]): string[] =>
  Object.entries(invariants).flatMap(([name, check]) =>
    check(entries).map((text) => `${name}: ${text}`),
  )
