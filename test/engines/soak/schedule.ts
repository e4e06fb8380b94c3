/** What happens in a soak, drawn from a seed: on which transport, and what is done to it. Pure. */
import type { FaultMode, FaultNetwork } from '../../../demo/faults/index.ts'
import { type Rung, rungs } from '../../e2e/support/client.ts'
import { seededRandom } from '../../support/fake-environment.ts'

export type Strike =
  | { readonly kind: 'cut'; readonly times: number }
  | { readonly kind: 'mode'; readonly mode: FaultMode }
  | { readonly kind: 'post'; readonly mode: FaultMode }
  | { readonly kind: 'network'; readonly network: FaultNetwork }
  | { readonly kind: 'slow'; readonly latencyMs: number; readonly bytesPerSecond: number }
  | { readonly kind: 'restart'; readonly keepMemory: boolean; readonly isAnnounced: boolean }
  | { readonly kind: 'reconnect' }

export interface Turn {
  /** The best transport that the network allows. */
  readonly rung: Rung
  /** How better ones fail. */
  readonly block: FaultMode
  /** Whether the present connection is cut, or one asks for another while it is open. */
  readonly isAbrupt: boolean
  /** Events before the strike. */
  readonly calm: number
  readonly strike: Strike
}

const blocks: readonly FaultMode[] = ['refuse', 'hang', 'mute', 'reject', 'page', 'buffer']
const modes: readonly FaultMode[] = [...blocks, 'cut-after-open', 'truncate', 'lose-answer']
const postModes: readonly FaultMode[] = ['refuse', 'hang', 'mute', 'reject', 'page', 'lose-answer']
const networks: readonly FaultNetwork[] = ['refuse', 'silent', 'half-open']

/** An endless sequence of turns, the same for the same seed. */
export function* scheduleTurns(seed: number): Generator<Turn, never> {
  const random = seededRandom(seed)
  const whole = (least: number, most: number) => least + Math.floor(random() * (most - least + 1))
  const isHeads = () => random() < 0.5
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  const strikes: readonly (() => Strike)[] = [
    () => ({ kind: 'cut', times: whole(1, 3) }),
    () => ({ kind: 'mode', mode: pick(modes) }),
    () => ({ kind: 'mode', mode: pick(modes) }),
    () => ({ kind: 'post', mode: pick(postModes) }),
    () => ({ kind: 'network', network: pick(networks) }),
    () => ({ kind: 'slow', latencyMs: whole(10, 200), bytesPerSecond: whole(40_000, 400_000) }),
    () => ({ kind: 'restart', keepMemory: random() < 0.7, isAnnounced: isHeads() }),
    () => ({ kind: 'reconnect' }),
  ]
  for (;;) {
    yield {
      rung: pick(rungs),
      block: pick(blocks),
      isAbrupt: isHeads(),
      calm: whole(100, 1_500),
      strike: pick(strikes)(),
    }
  }
}
