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
  { field: 'post', title: 'Sends by POST', offered: ['pass', 'refuse', 'hang', 'lose-answer'] },
  { field: 'network', title: 'Whole network', offered: ['pass', 'refuse', 'silent', 'half-open'] },
]

/** What the button says, and what the summary says while it is so. */
const words: Readonly<Record<FaultMode | FaultNetwork, readonly [button: string, now: string]>> = {
  pass: ['Pass', 'passes'],
  refuse: ['Refuse', 'refused'],
  hang: ['No answer', 'never answered'],
  mute: ['Silent', 'silent after opening'],
  'cut-after-open': ['Soon cut', 'cut soon after opening'],
  buffer: ['Buffer', 'buffered'],
  reject: ['Reject', 'rejected'],
  page: ['Foreign page', 'answered by a foreign page'],
  truncate: ['Truncate', 'cut in the middle of an event'],
  'lose-answer': ['Lose answers', 'answers lost'],
  silent: ['No answer', 'never answers'],
  'half-open': ['Half-open', 'half-open'],
}

export const faultButton = (value: FaultMode | FaultNetwork): string => words[value][0]

/** A fault spares what is already open: this must be cut for it to be felt. */
export function cutFor(field: FaultRow['field'], value: string): CutOptions | null {
  if (value === 'pass' || value === 'half-open') return null
  return field === 'network' ? {} : { kind: field }
}

/** What is broken now, in a few words; empty when nothing is. */
export function describeFaults(state: FaultState): string {
  const broken = faultRows
    .filter(({ field }) => state[field] !== 'pass')
    .map(({ field, title }) => `${title} ${words[state[field]][1]}`)
  if (state.latencyMs !== healthyState.latencyMs) broken.push(`${state.latencyMs} ms latency`)
  if (state.bytesPerSecond !== healthyState.bytesPerSecond) {
    broken.push(`${state.bytesPerSecond} bytes per second`)
  }
  return broken.join(' · ')
}
