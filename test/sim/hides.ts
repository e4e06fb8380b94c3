// Long stretches in which a page is hidden while the servers publish steadily: a tab in the background, as most tabs are.
import * as fc from 'fast-check'
import { seededRandom } from '../support/fake-environment.ts'
import { hide } from './faults/life.ts'
import type { World } from './world.ts'

export interface Hide {
  readonly client: number
  readonly atMs: number
  readonly lastsMs: number
  /** Timers fire at whole multiples. */
  readonly throttleMs: number
  /** Between two events, at most. */
  readonly everyMs: number
  /** So long does each look at the clock take: many tabs share a processor. */
  readonly lookMs: number
}

/** Two of three sessions have one. */
export const arbitraryHides = (stormMs: number): fc.Arbitrary<readonly Hide[]> =>
  fc.array(
    fc.record({
      client: fc.nat(2),
      atMs: fc.integer({ min: 0, max: stormMs - 1_200_000 }),
      lastsMs: fc.integer({ min: 300_000, max: 1_200_000 }),
      throttleMs: fc.constantFrom(60_000, 60_000, 1000),
      everyMs: fc.integer({ min: 2000, max: 20_000 }),
      lookMs: fc.constantFrom(0, 13),
    }),
    { minLength: 0, maxLength: 2, size: 'max' },
  )

/** Now and then there is more at once than is read in one piece. */
const BURST = 40
const LONG = JSON.stringify('x'.repeat(1000))

export const startHide = (world: World, plan: Hide, seed: number): void => {
  const { clock, clients, servers, publish } = world
  const { atMs, lastsMs, throttleMs, everyMs, lookMs } = plan
  const client = clients[plan.client % clients.length]
  const random = seededRandom(seed + atMs)
  let show: (() => void) | undefined
  const step = () => {
    if (!show) return
    if (random() < 0.03) for (let left = BURST; left > 0; left--) servers.publish('tick', LONG)
    else publish()
    clock.setTimeout(step, random() * everyMs)
  }
  clock.setTimeout(() => {
    show = client && hide(world, client, throttleMs, lookMs)
    step()
  }, atMs)
  clock.setTimeout(() => {
    show?.()
    show = undefined
  }, atMs + lastsMs)
}
