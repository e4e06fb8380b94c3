// The matrix fault × transport × phase: which cells there are, why others are not, and the run of one.
import { seededRandom } from '../support/fake-environment.ts'
import type { Exchange } from './exchange.ts'
import { type Fault, faults, type Need } from './faults/index.ts'
import type { Entry, TransportName } from './history.ts'
import { type Phase, phases, type Scene } from './phases.ts'
import { conclude, strike, suits } from './session.ts'
import { createWorld } from './world.ts'

export interface Cell {
  readonly fault: Fault
  readonly transport: TransportName
  readonly phase: Phase
}

const transports: readonly TransportName[] = ['websocket', 'eventsource', 'longpoll', 'fetchstream']

const missing: Record<Exclude<Need, 'nothing'>, string> = {
  request: 'no request is unanswered in that phase',
  post: 'messages are not sent by POST in that phase',
  connection: 'there is no connection in that phase',
  stream: 'the server has nothing open to say it on in that phase',
  websocket: 'the WebSocket is not open in that phase',
}

/** Why a cell does not exist. */
export const reasonAgainst = ({ fault, transport, phase }: Cell): string | undefined => {
  const { needs, only, isForeign } = fault
  if (isForeign) return 'only servers that do not speak the protocol do that'
  if (only && only !== transport) return 'it strikes another transport'
  if (only === 'eventsource' && needs === 'request' && phase.name === 'sending') {
    return missing.request // what is unanswered there is a POST
  }
  if (needs === 'websocket' && transport !== 'websocket') return 'only a WebSocket has close codes'
  const lack = phase.lacks?.(transport)
  if (lack || needs === 'nothing') return lack
  return phase.offers(transport).includes(needs) ? undefined : missing[needs]
}

function cellsOf(some: readonly TransportName[]): Cell[] {
  return faults.flatMap((fault) =>
    some.flatMap((transport) => phases.map((phase) => ({ fault, transport, phase }))),
  )
}

/** The newest last: it leaves the seeds of the others alone. */
export const allCells: readonly Cell[] = [
  ...cellsOf(transports.slice(0, 3)),
  ...cellsOf(transports.slice(3)),
]
export const cells = allCells.filter((cell) => !reasonAgainst(cell))

/** How many cells there are, and how many are left out for which reason. */
export const describeMatrix = (): string => {
  const reasons = new Map<string, number>()
  for (const cell of allCells) {
    const reason = reasonAgainst(cell)
    if (reason) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  }
  const kinds = `${faults.length} faults x ${transports.length} transports x ${phases.length} phases`
  const out = [...reasons].map(([reason, count]) => `  ${`${count}`.padStart(4)} do not: ${reason}`)
  return [`${kinds} = ${allCells.length} cells, of which ${cells.length} apply`, ...out, ''].join(
    '\n',
  )
}

/** What is struck: of what the phase is about, where that suits. */
const targetOf = ({ phase, transport, fault }: Cell, { world, random }: Scene) => {
  const all = [...world.network.exchanges]
  if (phase.name === 'closing') return all.find(({ over, gone }) => over && !gone)
  const fit = all.filter((exchange) => suits(fault, exchange, world))
  const isAbout = (exchange: Exchange) => {
    if (phase.name === 'sending') return exchange.transport === 'post'
    const isFree = /^(stream|websocket|post)$/.test(fault.needs)
    if (phase.name !== 'handing over' || isFree) return true
    return exchange.transport === transport && !exchange.answered
  }
  const preferred = fit.filter(isAbout)
  const choice = preferred.length ? preferred : fit
  return choice[Math.floor(random() * choice.length)]
}

const createScene = ({ fault, transport, phase }: Cell, seed: number): Scene => {
  const random = seededRandom(seed)
  // A hand-over from a fallback, where the active connection is not what is struck.
  const fallsBack =
    phase.name === 'handing over' &&
    transport !== 'longpoll' &&
    !/stream|websocket/.test(fault.needs) &&
    !fault.only &&
    random() < 0.5
  const world = createWorld({
    seed,
    nodes: random() < 0.5 ? 1 : 2,
    terms: { maxMessageBytes: random() < 0.8 ? 65_536 : 300 },
    clients: [
      {
        transports: fallsBack ? [transport, 'longpoll'] : [transport],
        dynamicUrl: random() < 0.5,
        narrow: random() < 0.2,
        resumes: random() < 0.5,
        relative: seed % 2 === 0,
      },
    ],
  })
  if (phase.spacingMs) world.network.climate(0).spacingMs = phase.spacingMs
  return { world, transport, random }
}

/** Events and messages while the fault lasts. */
const carryOn = async ({ world, random }: Scene, lastsMs: number) => {
  for (let left = lastsMs; left > 0; ) {
    const ms = Math.min(left, 500 + random() * 4000)
    left -= ms
    await world.clock.advance(ms)
    world.publish()
    const [client] = world.clients
    if (client && !client.page.frozen && random() < 0.4) client.send()
  }
}

const PATIENCE_MS = 60_000

export interface Outcome {
  /** The phase was there when the fault struck. */
  readonly isReached: boolean
  /** The fault had something to strike, and did. */
  readonly isStruck: boolean
  readonly wrong: readonly string[]
  /** For who wants to look into it. */
  readonly entries: readonly Entry[]
}

const waits = ({ needs }: Fault) => needs === 'request' || needs === 'post'

export const runCell = async (cell: Cell, seed: number): Promise<Outcome> => {
  const { fault, phase } = cell
  const scene = createScene(cell, seed)
  const { world, random } = scene
  const [client] = world.clients
  if (!client) throw new Error('A scene needs a client')
  await phase.enter(scene)
  const isReached = phase.isReached(scene)
  const target = fault.needs === 'nothing' ? undefined : targetOf(cell, scene)
  const { intercepted } = world.network
  const heal = strike(world, client, fault, random(), target)
  world.network.climate(0).spacingMs = 0
  await carryOn(scene, fault.lastsMs ?? 1000 + random() * 20_000)
  const isMet = () => target !== undefined || world.network.intercepted > intercepted
  // One that waits for the next request has to wait for one.
  if (waits(fault)) await world.clock.advanceUntil(isMet, PATIENCE_MS)
  // Some clients end in the middle of it.
  if (seed % 4 === 3 && !client.page.frozen) client.close()
  return {
    isReached,
    isStruck: fault.needs === 'nothing' || isMet(),
    wrong: await conclude(world, heal ? [heal] : []),
    entries: world.history.entries,
  }
}
