/** The groups, in the order in which they run. */
import type { Group } from '../lib/types.ts'
import { firstEvent } from './first-event.ts'
import { memory } from './memory.ts'
import { throughput } from './throughput.ts'

export const groups: readonly Group[] = [firstEvent, throughput, memory]
