/** The faults in words, and which of them the panel offers for what. */
import type { CutOptions } from '../faults/presets.ts'
import {
  type FaultMode,
  type FaultNetwork,
  type FaultState,
  healthyState,
  type RequestKind,
} from '../faults/state.ts'

/** A row of the panel: one field of the state and the values it offers. */
export interface FaultRow {
  readonly field: RequestKind | 'network'
  readonly title: string
  readonly offered: readonly (FaultMode | FaultNetwork)[]
}

export const faultRows: readonly FaultRow[] = [
  {
    field: 'websocket',
    title: 'WebSocket',
    offered: ['pass', 'refuse', 'hang', 'mute', 'cut-after-open'],
  },
  {
    field: 'eventsource',
    title: 'EventSource',
    offered: ['pass', 'refuse', 'hang', 'mute', 'cut-after-open', 'buffer'],
  },
  { field: 'longpoll', title: 'Long-poll', offered: ['pass', 'refuse', 'hang', 'mute'] },
  { field: 'post', title: 'Sending by POST', offered: ['pass', 'refuse', 'hang', 'lose-answer'] },
  { field: 'network', title: 'Whole network', offered: ['pass', 'refuse', 'silent', 'half-open'] },
]

const words: Readonly<Record<FaultMode | FaultNetwork, string>> = {
  pass: 'Pass',
  refuse: 'Refuse',
  hang: 'Never answer',
  mute: 'Open, then silent',
  'cut-after-open': 'Open, soon cut',
  buffer: 'Buffer',
  reject: 'Reject',
  page: 'Foreign page',
  truncate: 'Truncate',
  'lose-answer': 'Lose the answer',
  silent: 'Never answer',
  'half-open': 'Half-open',
}

export const faultWord = (value: FaultMode | FaultNetwork): string => words[value]

/** A fault spares what is already open: this must be cut for it to be felt. */
export function cutFor(field: FaultRow['field'], value: string): CutOptions | null {
  if (value === 'pass' || value === 'half-open') return null
  return field === 'network' ? {} : { kind: field }
}

/** What is broken now, in a few words; empty when nothing is. */
export function describeFaults(state: FaultState): string {
  const broken = faultRows
    .filter(({ field }) => state[field] !== 'pass')
    .map(({ field, title }) => `${title}: ${faultWord(state[field]).toLowerCase()}`)
  if (state.latencyMs !== healthyState.latencyMs) broken.push(`${state.latencyMs} ms latency`)
  if (state.bytesPerSecond !== healthyState.bytesPerSecond) {
    broken.push(`${state.bytesPerSecond} bytes per second`)
  }
  return broken.join(' · ')
}
