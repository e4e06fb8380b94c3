// A simulated world: virtual time, seeded chance, a backend, the network, and some clients.
import { createHttpCache } from '../support/fake-cache.ts'
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts'
import { seededRandom } from '../support/fake-environment.ts'
import { createSimClient, LOUD, SILENT, type SimClient } from './client.ts'
import type { ClientSetup } from './client-setup.ts'
import { createHistory, type History } from './history.ts'
import { createNetwork, type Network } from './network.ts'
import { createServers, type Servers } from './servers.ts'
import type { Terms } from './terms.ts'

export interface WorldSetup {
  readonly seed: number
  readonly terms?: Partial<Terms>
  readonly nodes?: number
  readonly retain?: number
  readonly outcomes?: number
  /** Ids of events say nothing about their order. */
  readonly opaqueIds?: boolean
  readonly clients: readonly (Omit<ClientSetup, 'lastEventId' | 'heartbeatMs'> & {
    readonly resumes: boolean
  })[]
}

export interface World {
  readonly clock: FakeClock
  readonly history: History
  readonly network: Network
  readonly servers: Servers
  readonly clients: readonly SimClient[]
  readonly random: () => number
  /** Publishes an event, now and then one that nobody listens to. */
  publish(): void
  /** Publishes until everybody that has not ended is open, has all events, and has no message left; or not much longer. */
  recover(): Promise<void>
  /** Writes down how it ended, closes all clients, and looks at what is left of them. */
  finish(): Promise<void>
}

const standard: Terms = {
  heartbeatMs: 15_000,
  retryMs: 1000,
  maxMessageBytes: 65_536,
  frame: 3,
  body: 5,
}
const EVENT_TYPES = ['tick', 'tick', 'chat', 'error', 'open', SILENT]

const PATIENCE_MS = 600_000
/** Who has no cursor hears of the next event only. */
export const REPEAT_MS = 20_000

const isUpToDate = ({ wire, reached, pending }: SimClient, head: string): boolean =>
  wire.connection.state === 'open' && reached === head && pending === 0

export const createWorld = ({ seed, terms, clients: setups, ...setup }: WorldSetup): World => {
  const clock = createFakeClock()
  const start = clock.Date.now()
  const history = createHistory(() => clock.Date.now() - start)
  const random = seededRandom(seed)
  const agreed = { ...standard, ...terms }
  const servers = createServers({
    clock,
    history,
    random,
    terms: agreed,
    nodes: setup.nodes ?? 1,
    retain: setup.retain ?? 1000,
    outcomes: setup.outcomes ?? 1000,
    loud: LOUD,
    isOpaque: setup.opaqueIds ?? false,
  })
  const network = createNetwork({ clock, history, random, serve: servers.serve })
  const cache = createHttpCache(clock.Date.now)
  const origin = servers.log.head.id
  const clients = setups.map((one, client) =>
    createSimClient(
      { clock, history, network, cache, client, seed: seed + 1000 * (client + 1) },
      {
        ...one,
        heartbeatMs: agreed.heartbeatMs,
        ...(one.resumes && { lastEventId: origin }),
      },
      () => [...network.exchanges],
    ),
  )
  let count = 0

  return {
    clock,
    history,
    network,
    servers,
    clients,
    random,
    publish() {
      const type = EVENT_TYPES[Math.floor(random() * EVENT_TYPES.length)] as string
      servers.publish(type, JSON.stringify(++count))
    },
    async recover() {
      const rest = new Set(clients)
      const isWell = (client: SimClient) => {
        if (!client.ended && !isUpToDate(client, servers.log.head.id)) return false
        if (rest.delete(client)) history.add({ kind: 'recovered', client: client.number })
        return true
      }
      const areWell = () => clients.filter(isWell).length === clients.length
      for (let left = PATIENCE_MS; left > 0; left -= REPEAT_MS) {
        servers.publish('tick', '"healed"')
        if (await clock.advanceUntil(areWell, REPEAT_MS)) return
      }
    },
    async finish() {
      for (const { number, wire } of clients) {
        history.add({ kind: 'rest', client: number, state: wire.connection.state })
      }
      for (const client of clients) {
        if (!client.ended) client.close()
        client.takeStock()
      }
      await clock.advance(120_000)
      for (const client of clients) client.takeStock()
    },
  }
}
