// A restless application: within its listeners it sends, withdraws, reconnects, binds, unbinds, and now and then closes.
import type { Wire } from '../../src/index.ts'
import type { History } from './history.ts'
import type { Sending } from './sending.ts'

export interface RestlessParts {
  readonly wire: Wire
  readonly history: History
  readonly number: number
  readonly random: () => number
  readonly sending: Sending
  close(): void
  /** Types that others listen to, and one that nobody else does. */
  readonly types: readonly string[]
}

export interface Restless {
  /** How often a listener does something, 0 to 1. */
  chance: number
  /** Called within a listener. */
  act(): void
}

/** Listeners that come and go, at most. */
const MAX_PASSING = 20
const CONNECTION_EVENTS = ['state', 'open', 'transport', 'gap', 'retry', 'error'] as const

export function createRestless(parts: RestlessParts): Restless {
  const { wire, history, number, random, sending, types } = parts
  const passing: (() => void)[] = []

  function pick<T>(items: readonly T[]): T {
    return items[Math.floor(random() * items.length)] as T
  }
  function bind() {
    if (passing.length >= MAX_PASSING) return unbind()
    const how = { once: random() < 0.3 }
    const listen = () => restless.act()
    if (random() < 0.7) passing.push(wire.on(pick(types), listen, how))
    else passing.push(wire.connection.on(pick(CONNECTION_EVENTS), listen, how))
  }
  function unbind() {
    passing.splice(Math.floor(random() * passing.length), 1)[0]?.()
  }
  function reconnect() {
    history.add({ kind: 'jolt', client: number })
    wire.connection.reconnect()
  }

  const deeds: readonly (readonly [number, () => void])[] = [
    [0.25, () => sending.send(random() * 200)],
    [0.45, () => sending.sendLimited(random())],
    [0.55, sending.withdraw],
    [0.75, bind],
    [0.93, unbind],
    [0.998, reconnect],
    [1, parts.close],
  ]
  const restless: Restless = {
    chance: 0,
    act() {
      if (random() >= restless.chance) return
      const chance = random()
      deeds.find(([limit]) => chance < limit)?.[1]()
    },
  }
  return restless
}
