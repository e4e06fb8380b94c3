// The phases of a connection's life in which a fault may strike: how to get there, how to tell, and what there is to strike.
import type { Exchange } from './exchange.ts'
import type { Need } from './faults/index.ts'
import type { TransportName } from './history.ts'
import type { World } from './world.ts'

type Offered = Exclude<Need, 'nothing'>

/** A world on its way into a phase. */
export interface Scene {
  readonly world: World
  readonly transport: TransportName
  /** 0 to 1, of this run's own. */
  readonly random: () => number
}

export interface Phase {
  readonly name: string
  /** Why a transport has no such phase. */
  lacks?(transport: TransportName): string | undefined
  /** What there is to strike besides the server, the page and the application. */
  offers(transport: TransportName): readonly Offered[]
  /** So long a text waits for the one before, from the beginning. */
  readonly spacingMs?: number
  enter(scene: Scene): Promise<unknown>
  /** Whether the world is in it now. */
  isReached(scene: Scene): boolean
}

const PATIENCE_MS = 120_000
const FOREVER_MS = 5000
const BACKLOG = 20

const clientOf = ({ world }: Scene) => {
  const [client] = world.clients
  if (!client) throw new Error('A scene needs a client')
  return client
}
const stateOf = (scene: Scene) => clientOf(scene).wire.connection.state
const exchangesOf = (scene: Scene) => clientOf(scene).exchanges()
const until = (scene: Scene, so: () => boolean) => scene.world.clock.advanceUntil(so, PATIENCE_MS)

/** A stream that the server holds open, or a poll that it holds. */
const onStream = (transport: TransportName): readonly Offered[] =>
  transport === 'longpoll'
    ? ['request', 'connection', 'stream']
    : ['connection', 'stream', 'websocket']

/** Where messages will be sent besides. */
const withPosts = (transport: TransportName): readonly Offered[] =>
  transport === 'websocket' ? onStream(transport) : [...onStream(transport), 'post']

const isUnanswered = (exchange: Exchange) => exchange.first && !exchange.answered

/** Open, all said and heard, nothing on its way. */
const isIdle = (scene: Scene) => {
  const client = clientOf(scene)
  const { wire, pending } = client
  const exchanges = exchangesOf(scene)
  return (
    wire.connection.state === 'open' &&
    wire.connection.lastEventId === scene.world.servers.log.head.id &&
    pending === 0 &&
    exchanges.length === 1 &&
    exchanges.every(({ arrived, down, up }) => arrived && !down.waiting && !up.waiting)
  )
}

const becomeIdle = async (scene: Scene) => {
  const { world, random } = scene
  await until(scene, () => stateOf(scene) === 'open')
  for (let count = random() * 4; count > 0; count--) world.publish()
  world.servers.publish('tick', '"idle"')
  clientOf(scene).send()
  await world.clock.advance(random() * 4000)
  await until(scene, () => isIdle(scene))
}

/** Whoever is refused may be the client's whole network, or some of its transports. */
const refuse =
  (so: (exchange: Exchange) => boolean, { world }: Scene) =>
  (exchange: Exchange) => {
    if (so(exchange)) exchange.cut('rst')
    else world.servers.serve(exchange)
  }

const lose = (scene: Scene) => {
  const { number } = clientOf(scene)
  scene.world.network.intercept(
    number,
    refuse(() => true, scene),
  )
  for (const exchange of exchangesOf(scene)) exchange.cut('rst')
  return () => scene.world.network.intercept(number, undefined)
}

const enterReplay = async (scene: Scene) => {
  const { world } = scene
  await becomeIdle(scene)
  const restore = lose(scene)
  for (let count = 0; count < BACKLOG; count++) world.servers.publish('tick', `"${count}"`)
  await until(scene, () => stateOf(scene) === 'waiting')
  restore()
  const climate = world.network.climate(0)
  climate.spacingMs = 400
  const before = clientOf(scene).wire.connection.lastEventId
  await until(scene, () => {
    const { state, lastEventId } = clientOf(scene).wire.connection
    return state === 'open' && lastEventId !== before && isReplaying(scene)
  })
  climate.spacingMs = 0
}

const isReplaying = (scene: Scene) => {
  const { state, lastEventId } = clientOf(scene).wire.connection
  const behind = lastEventId !== scene.world.servers.log.head.id
  const underWay = exchangesOf(scene).some(({ first, answered, transport, down }) =>
    transport === 'longpoll' ? !first && !answered : down.waiting > 0,
  )
  return state === 'open' && behind && underWay
}

const isSending = (scene: Scene) =>
  stateOf(scene) === 'open' &&
  clientOf(scene).pending > 0 &&
  exchangesOf(scene).some(({ transport, answered }) =>
    scene.transport === 'websocket' ? transport === 'websocket' : transport === 'post' && !answered,
  )

const enterSending = async (scene: Scene) => {
  await becomeIdle(scene)
  const { history } = scene.world
  const processed = () => history.entries.filter(({ kind }) => kind === 'processed').length
  const before = processed()
  const isTaken = scene.random() < 0.5
  clientOf(scene).send()
  await until(scene, () => isSending(scene) && (!isTaken || processed() > before))
}

/** The first transport is blocked until the next is at work; then it may take over. Or a connection is renewed. */
const enterHandOver = async (scene: Scene) => {
  const { world, transport } = scene
  const client = clientOf(scene)
  const blocked = ({ transport: other }: Exchange) => other === transport
  if (client.bounds.transports > 1) world.network.intercept(0, refuse(blocked, scene))
  await until(scene, () => stateOf(scene) === 'open')
  world.network.intercept(0, undefined)
  await becomeIdle(scene)
  world.history.add({ kind: 'jolt', client: 0 })
  client.wire.connection.reconnect()
  await until(scene, () => isHandingOver(scene))
}

const isHandingOver = (scene: Scene) =>
  stateOf(scene) === 'open' &&
  exchangesOf(scene).some((one) => one.transport === scene.transport && isUnanswered(one))

export const phases: readonly Phase[] = [
  {
    name: 'probing',
    offers: () => ['request', 'connection'],
    enter: (scene) => until(scene, () => exchangesOf(scene).some(isUnanswered)),
    isReached: (scene) => stateOf(scene) === 'connecting' && exchangesOf(scene).some(isUnanswered),
  },
  {
    name: 'open without proof',
    lacks: (transport) =>
      transport === 'longpoll'
        ? 'a poll is open with its whole answer, which proves it'
        : undefined,
    offers: () => ['connection', 'stream', 'websocket'],
    spacingMs: 3000,
    enter: (scene) => until(scene, () => exchangesOf(scene).some(({ opened }) => opened)),
    isReached: (scene) =>
      stateOf(scene) === 'connecting' &&
      exchangesOf(scene).some(({ opened, proven }) => opened && !proven),
  },
  { name: 'idle', offers: withPosts, enter: becomeIdle, isReached: isIdle },
  {
    name: 'mid-event',
    // The answer to a poll is given as a whole: there is nothing more that a server could say on it.
    offers: (transport) => (transport === 'longpoll' ? ['connection'] : onStream(transport)),
    async enter(scene) {
      const { world } = scene
      await becomeIdle(scene)
      const climate = world.network.climate(0)
      Object.assign(climate, { cutChance: 1, cutMs: FOREVER_MS })
      world.servers.publish('tick', '"in two pieces"')
      await until(scene, () => exchangesOf(scene).some(({ down }) => down.partial))
      Object.assign(climate, { cutChance: 0 })
    },
    isReached: (scene) =>
      stateOf(scene) === 'open' && exchangesOf(scene).some(({ down }) => down.partial),
  },
  {
    name: 'replaying',
    offers: (transport) =>
      transport === 'longpoll' ? ['request', 'connection'] : onStream(transport),
    enter: enterReplay,
    isReached: isReplaying,
  },
  {
    name: 'sending',
    offers: (transport) =>
      transport === 'websocket' ? onStream(transport) : ['request', 'post', 'connection', 'stream'],
    enter: enterSending,
    isReached: isSending,
  },
  {
    name: 'backing off',
    offers: () => ['request'],
    async enter(scene) {
      await becomeIdle(scene)
      const restore = lose(scene)
      await until(scene, () => stateOf(scene) === 'waiting')
      restore()
    },
    isReached: (scene) => stateOf(scene) === 'waiting',
  },
  {
    name: 'handing over',
    offers: (transport) => [
      ...(['request', 'connection', 'stream', 'websocket'] as const),
      ...(transport === 'websocket' ? [] : (['post'] as const)),
    ],
    enter: enterHandOver,
    isReached: isHandingOver,
  },
  {
    name: 'closing',
    offers: onStream,
    async enter(scene) {
      await becomeIdle(scene)
      clientOf(scene).close()
    },
    isReached: (scene) =>
      stateOf(scene) === 'closed' &&
      [...scene.world.network.exchanges].some(({ over, gone }) => over && !gone),
  },
]
