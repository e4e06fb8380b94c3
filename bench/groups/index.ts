/** The groups, in the order in which they run. */
import type { Group } from '../lib/types.ts'
import { throughput } from './throughput.ts'

export const groups: readonly Group[] = [throughput]
