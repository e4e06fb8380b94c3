/** The port to the page: the only place that touches a global. Tests and simulations pass their own. */
import type { Environment } from './types.ts'

export const pageEnvironment = (): Environment => globalThis
