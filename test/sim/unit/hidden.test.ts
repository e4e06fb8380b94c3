// A page that is hidden for half an hour, in a healthy network: it hears all that is published, and soon (promise 9).
import { describe, expect, test } from 'vitest'
import { startHide } from '../hides.ts'
import type { TransportName } from '../history.ts'
import { type KindName, kinds } from '../kinds.ts'
import { createWorld } from '../world.ts'

const MINUTE_MS = 60_000
const LASTS_MS = 30 * MINUTE_MS
/** The way there and back, a batch, and a body of some events after the other. */
const SOON_MS = 1000

/** A poll that was not held is followed by a pause: without a protocol that bounds them its timer, once a minute, does. */
function soonOf(kind: KindName, transport: TransportName): number {
  const isPaced = transport === 'longpoll' && kinds[kind].dialect !== 'steadywire'
  return SOON_MS + (isPaced ? MINUTE_MS : 0)
}

/** What was heard how long after it was logged, while the page was hidden. */
const run = async (kind: KindName, transport: TransportName, seed: number) => {
  const world = createWorld({
    seed,
    terms: { frame: 100, body: 100 },
    clients: [{ kind, transports: [transport], dynamicUrl: false, narrow: false, resumes: false }],
  })
  const { clock, history } = world
  const plan = { client: 0, atMs: MINUTE_MS, everyMs: 5000, throttleMs: MINUTE_MS, lookMs: 13 }
  startHide(world, { ...plan, lastsMs: LASTS_MS }, seed)
  await clock.advance(MINUTE_MS + LASTS_MS)
  const logged = new Map<string, number>()
  const delays = new Map<string, number>()
  for (const entry of history.entries) {
    if (entry.kind === 'logged' && !entry.silent) logged.set(entry.id, entry.at)
    const at = entry.kind === 'event' ? logged.get(entry.id) : undefined
    if (entry.kind === 'event' && at !== undefined) delays.set(entry.id, entry.at - at)
  }
  return { logged, delays }
}

const cases = (['whole', 'core', 'plain', 'resumable'] as const).flatMap((kind) =>
  (['websocket', 'eventsource', 'longpoll'] as const)
    .filter((transport) => kinds[kind].dialect !== 'resumable' || transport !== 'websocket')
    .map((transport) => [kind, transport] as const),
)

describe('hidden for half an hour', () => {
  test.each(cases)('%s hears over %s what is published, and soon', async (kind, transport) => {
    const { logged, delays } = await run(kind, transport, 3)
    expect(logged.size).toBeGreaterThan(500)
    // The last ones may still be on their way.
    expect([...logged.keys()].slice(0, -50).filter((id) => !delays.has(id))).toEqual([])
    expect([...delays].filter(([, ms]) => ms > soonOf(kind, transport))).toEqual([])
  })
})
