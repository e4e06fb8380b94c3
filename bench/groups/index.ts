/** The groups, in the order in which they run. */
import type { Group } from '../lib/types.ts'
import { bytes } from './bytes.ts'
import { firstEvent } from './first-event.ts'
import { herd } from './herd.ts'
import { latency } from './latency.ts'
import { memory } from './memory.ts'
import { profile } from './profile.ts'
import { recovery } from './recovery.ts'
import { serverCost } from './server-cost.ts'
import { throughput } from './throughput.ts'

export const GROUPS: readonly Group[] = [
  bytes,
  firstEvent,
  throughput,
  latency,
  memory,
  recovery,
  herd,
  serverCost,
  profile,
]
