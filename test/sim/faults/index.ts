// Every fault that there is.
import { connectionFaults } from './connections.ts'
import { contentFaults } from './content.ts'
import type { Fault } from './fault.ts'
import { floodFaults } from './flood.ts'
import { lifeFaults } from './life.ts'
import { postFaults } from './posts.ts'
import { requestFaults } from './requests.ts'

export type { Blow, Fault, Need } from './fault.ts'

export const faults: readonly Fault[] = [
  ...requestFaults,
  ...postFaults,
  ...connectionFaults,
  ...contentFaults,
  ...floodFaults,
  ...lifeFaults,
]
