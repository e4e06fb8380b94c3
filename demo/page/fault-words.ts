/** The faults in words, and those that the panel offers for each kind of request. */
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
  /** Offers the statuses too, while the value is `reject`. */
  readonly offersStatus?: boolean
}

export const FAULT_ROWS: readonly FaultRow[] = [
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
  {
    field: 'post',
    title: 'Sends by POST',
    offered: ['pass', 'refuse', 'hang', 'lose-answer', 'reject'],
    offersStatus: true,
  },
  { field: 'network', title: 'Whole network', offered: ['pass', 'refuse', 'silent', 'half-open'] },
]

interface OfferedStatus {
  readonly status: number
  readonly meaning: string
}

export const OFFERED_STATUSES: readonly OfferedStatus[] = [
  { status: 400, meaning: 'bad request' },
  { status: 401, meaning: 'not logged in' },
  { status: 403, meaning: 'forbidden' },
  { status: 408, meaning: 'request timeout' },
  { status: 413, meaning: 'too large' },
  { status: 429, meaning: 'too many requests' },
  { status: 500, meaning: 'server error' },
  { status: 503, meaning: 'unavailable' },
  { status: 301, meaning: 'redirect, becomes a GET' },
  { status: 302, meaning: 'redirect, becomes a GET' },
  { status: 303, meaning: 'redirect, becomes a GET' },
  { status: 307, meaning: 'redirect, stays a POST' },
  { status: 308, meaning: 'redirect, stays a POST' },
]

export function formatStatus(status: number): string {
  const meaning = OFFERED_STATUSES.find((offered) => offered.status === status)?.meaning
  return meaning === undefined ? String(status) : `${status}, ${meaning}`
}

/** The text of the button, and that of the summary while the value is set. */
const WORDS: Readonly<Record<FaultMode | FaultNetwork, readonly [button: string, now: string]>> = {
  pass: ['Pass', 'passes'],
  refuse: ['Refuse', 'refused'],
  hang: ['No answer', 'never answered'],
  mute: ['Silent', 'silent after opening'],
  'cut-after-open': ['Soon cut', 'cut soon after opening'],
  buffer: ['Buffer', 'buffered'],
  reject: ['Fixed status', 'answered'],
  page: ['Foreign page', 'answered by a foreign page'],
  truncate: ['Truncate', 'cut in the middle of an event'],
  'lose-answer': ['Lose answers', 'answers lost'],
  silent: ['No answer', 'never answers'],
  'half-open': ['Half-open', 'half-open'],
}

export function faultButton(value: FaultMode | FaultNetwork): string {
  return WORDS[value][0]
}

/** @returns the connections to cut when this value is set, as a fault spares those that are open. */
export function cutFor(field: FaultRow['field'], value: string): CutOptions | null {
  if (value === 'pass' || value === 'half-open') return null
  return field === 'network' ? {} : { kind: field }
}

function describeFault(state: FaultState, field: FaultRow['field']): string {
  const value = state[field]
  const [, now] = WORDS[value]
  return value === 'reject' ? `${now} ${state.rejectStatus}` : now
}

/** @returns what is broken now, in a few words; empty when nothing is. */
export function describeFaults(state: FaultState): string {
  const broken = FAULT_ROWS.filter(({ field }) => state[field] !== 'pass').map(
    ({ field, title }) => `${title} ${describeFault(state, field)}`,
  )

  if (state.latencyMs !== healthyState.latencyMs) broken.push(`${state.latencyMs} ms latency`)
  if (state.bytesPerSecond !== healthyState.bytesPerSecond) {
    broken.push(`${state.bytesPerSecond} bytes per second`)
  }
  return broken.join(' · ')
}
