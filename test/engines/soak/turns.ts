/** Takes the turns of a soak: leaves the network a transport to use, strikes, heals, and waits until the stream is whole. */
import { healthyState } from '../../../demo/faults/index.ts'
import { type Rung, rungs } from '../../e2e/support/client.ts'
import type { EnginePage } from '../../e2e/support/page.ts'
import type { World } from '../../e2e/support/world.ts'
import type { Strike, Turn } from './schedule.ts'
import type { Watch } from './watch.ts'

export interface Stage {
  readonly world: World<EnginePage>
  readonly watch: Watch
}

type Strikes = {
  readonly [K in Strike['kind']]: (
    stage: Stage,
    strike: Extract<Strike, { kind: K }>,
  ) => Promise<void>
}

const isRung = (name: string | undefined): name is Rung => rungs.some((rung) => rung === name)

const strikes: Strikes = {
  async cut({ world, watch }, { times }) {
    for (let count = 0; count < times; count += 1) {
      world.proxy.cut()
      await watch.received(20)
    }
  },

  /** Of the transport at work. */
  async mode({ world, watch }, { mode }) {
    const { transport } = await watch.status()
    const kind = isRung(transport) ? transport : 'websocket'
    await watch.felt(() => {
      world.proxy.set({ [kind]: mode })
      world.proxy.cut({ kind })
    })
  },

  async post({ world, watch }, { mode }) {
    world.proxy.set({ post: mode })
    await watch.received(1_000)
  },

  async network({ world, watch }, { network }) {
    await watch.felt(() => {
      world.proxy.set({ network })
      if (network !== 'half-open') world.proxy.cut()
    })
    world.proxy.set({ network: 'pass' })
    world.proxy.cut() // what was half open stays dead
  },

  async slow({ world, watch }, { latencyMs, bytesPerSecond }) {
    world.proxy.set({ latencyMs, bytesPerSecond })
    await watch.received(500)
  },

  async restart({ world }, { keepMemory, isAnnounced }) {
    await world.backend.restart({
      keepMemory,
      ...(isAnnounced && { notice: { reason: 'restart' } }),
    })
  },

  reconnect: ({ world }) => world.page.evaluate(() => soak.reconnect()),
}

/** The compiler cannot see that a strike and its function belong together. */
const strikeWith = <K extends Strike['kind']>(
  kind: K,
  stage: Stage,
  strike: Extract<Strike, { kind: K }>,
) => strikes[kind](stage, strike)

export async function takeTurn(stage: Stage, turn: Turn): Promise<void> {
  const { world, watch } = stage
  const better = rungs.slice(0, rungs.indexOf(turn.rung))
  const allowed = {
    ...healthyState,
    ...Object.fromEntries(better.map((name) => [name, turn.block])),
  }
  world.proxy.set(allowed)
  if (turn.isAbrupt) world.proxy.cut()
  else await world.page.evaluate(() => soak.reconnect())
  await watch.received(turn.calm)
  await strikeWith(turn.strike.kind, stage, turn.strike)
  world.proxy.set(allowed)
  await watch.received(100)
}
