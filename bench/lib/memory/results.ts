/** What is measured of memory, and how its results are kept. */
import type { Course, Held } from './measure.ts'
import type { Contender } from './pages.ts'
import type { FloodRequest } from './server.ts'

export interface Sizes {
  /** Idle ones in a page. */
  readonly connections: number
  readonly events: number
  readonly cycles: number
}

export const COURSES = ['events', 'cycles'] as const
export const LASTING = ['raw', 'steadywire'] as const

export type CourseName = (typeof COURSES)[number]
export type CourseKey = `${CourseName} ${(typeof LASTING)[number]}`

/** The window keeps 500 ids, and up to 500 more before it drops the older ones: this fills it, with the id of the hello. */
const WINDOW_EVENTS = 2999
export const ID_BYTES = 20
/** The protocol's longest. */
export const LONGEST_ID_BYTES = 128

export const WINDOWS: readonly FloodRequest[] = [
  { count: WINDOW_EVENTS, batch: 1, bytes: 1000, idBytes: ID_BYTES },
  { count: WINDOW_EVENTS, batch: 100, bytes: 100, idBytes: ID_BYTES },
  { count: WINDOW_EVENTS, batch: 100, bytes: 100, idBytes: ID_BYTES, descending: true },
  { count: WINDOW_EVENTS, batch: 100, bytes: 100, idBytes: LONGEST_ID_BYTES },
]

export interface Results {
  readonly held: Map<Contender, Held[]>
  readonly courses: Map<CourseKey, Course[]>
  readonly windows: Map<FloodRequest, number[]>
}
