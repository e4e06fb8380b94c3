// Faults that need no connection: of servers, of the page's life, of the application.
import type { SimClient } from '../client.ts'
import type { Exchange } from '../exchange.ts'
import type { World } from '../world.ts'
import { away, back, jolt } from './absence.ts'
import { type Blow, between, type Fault } from './fault.ts'

const offline = (blow: Blow) => {
  const { world, client, amount } = blow
  client.page.fire.offline()
  const refuse = (exchange: Exchange) => exchange.cut('rst')
  for (const exchange of client.exchanges()) {
    // Most browsers cut at once, some let connections hang.
    if (amount < 0.7) refuse(exchange)
    else loseTouch(exchange)
  }
  world.network.intercept(client.number, refuse)
  return () => {
    world.network.intercept(client.number, undefined)
    jolt(blow)
    client.page.fire.online()
  }
}

/** Frozen, or asleep: without a word, or with the page's own events; the clock may be off afterwards. */
const freeze = (blow: Blow) => {
  const { client, amount } = blow
  const { page } = client
  const isTold = amount < 0.5
  away(blow)
  if (isTold) page.fire.freeze()
  page.freeze()
  return () => {
    if (amount >= 0.3) page.moveWallClock(between(amount, -600_000, 3_600_000))
    page.thaw()
    back(blow)
    if (isTold) page.fire.resume()
  }
}

/** The machine sleeps, and says so to nobody: its monotonic clock stops, and its connections may be gone. */
const sleep = (blow: Blow) => {
  const { client, amount } = blow
  const { page } = client
  away(blow)
  page.sleep()
  if (amount < 0.5) for (const exchange of client.exchanges()) loseTouch(exchange)
  return () => {
    page.wake()
    back(blow)
  }
}

const loseTouch = (exchange: Exchange) => {
  exchange.down.turn('dead')
  exchange.up.turn('dead')
}

/** Left, kept, and come back to. */
const bfcache = (blow: Blow) => {
  const { page } = blow.client
  page.fire.pagehide()
  away(blow)
  page.freeze()
  return () => {
    page.thaw()
    back(blow)
    page.fire.pageshow()
  }
}

/** Timers are throttled, and the processor may be busy; not twice at a time. Answers how it is shown again. */
export const hide = (
  world: World,
  client: SimClient,
  throttleMs: number,
  lookMs: number,
): (() => void) | undefined => {
  const { page } = client
  if (page.hidden) return undefined
  away({ world, client })
  let isShown = false
  page.run(() => {
    if (isShown) return
    page.throttle(throttleMs)
    page.strain(lookMs)
  })
  page.fire.hide()
  return () => {
    isShown = true
    page.throttle(0)
    page.strain(0)
    back({ world, client })
    page.fire.show()
  }
}

const strain = (blow: Blow) => {
  const { page } = blow.client
  away(blow)
  page.strain(between(blow.amount, 1, 20))
  return () => {
    page.strain(0)
    back(blow)
  }
}

const misset = ({ client, amount }: Blow): undefined => {
  client.page.moveWallClock(between(amount, -7_200_000, 7_200_000))
}

const stopClock = ({ client: { page } }: Blow) => {
  page.stopWallClock(true)
  return () => page.stopWallClock(false)
}

/** A single-page application shows another view. */
const route = ({ client: { page }, amount }: Blow): undefined => {
  if (amount < 0.6) page.route(amount < 0.3 ? '/a/b/' : '?view=2')
  else page.rebase('https://elsewhere.example/c/')
}

const beRestless = ({ client: { restless }, amount }: Blow) => {
  restless.chance = 0.1 + amount / 2
  return () => {
    restless.chance = 0
  }
}

/** New connections go on before the cursor. */
const rewind = ({ world, client }: Blow) => {
  const { rewound } = world.servers.positions
  rewound.add(client.number)
  for (const exchange of client.exchanges()) exchange.cut('rst')
  return () => void rewound.delete(client.number)
}

/** No message is let in; a ticket that is fresh changes nothing. */
const refuseMessages = ({ world, client }: Blow) => {
  world.servers.refusing.add(client.number)
  return () => void world.servers.refusing.delete(client.number)
}

const expire = ({ world, amount }: Blow): undefined => {
  for (let count = between(amount, 2, 5); count > 0; count--) world.publish()
  world.servers.expire(between(amount, 0, 2))
}

/** The application's own deeds, which it can't do while its page is frozen. */
const close = ({ client, amount }: Blow): undefined => {
  if (client.page.frozen) return
  if (amount < 0.6) client.close()
  else client.within(client.close)
}

const reconnect = (blow: Blow): undefined => {
  if (blow.client.page.frozen) return
  jolt(blow)
  blow.client.wire.connection.reconnect()
}

/** From one of the last events, or from the head. */
const restart = (blow: Blow): undefined => {
  const { world, client, amount } = blow
  if (client.page.frozen || client.ended) return
  const { log } = world.servers
  const [first] = log.after(log.head.place - between(amount, 0, 9)) ?? []
  const lastEventId = amount < 0.5 ? undefined : (first ?? log.head).id
  jolt(blow)
  world.history.add({ kind: 'cursor', client: client.number, id: lastEventId ?? '' })
  client.wire.connection.restart({ lastEventId })
}

const plain = (name: string, strike: Fault['strike'], more: Partial<Fault> = {}): Fault => ({
  name,
  needs: 'nothing',
  strike,
  ...more,
})
const UNFELT = { isUnfelt: true } as const

export const lifeFaults: readonly Fault[] = [
  plain('server restarts with memory', ({ world, amount }) => {
    world.servers.restart(between(amount, 0, 20_000))
    return undefined
  }),
  plain('server restarts without memory', ({ world, amount }) => {
    world.servers.wipe(between(amount, 0, 20_000))
    return undefined
  }),
  plain('server says goodbye', ({ world, amount }) => {
    world.servers.farewell({ reconnectMs: between(amount, 0, 8000) })
    return undefined
  }),
  plain('stream is over', ({ world }) => {
    world.servers.farewell({ reason: 'over', final: true })
    return undefined
  }),
  plain('epoch change', ({ world }) => {
    world.servers.renew()
    return undefined
  }),
  plain('cursor expired', expire),
  plain('offline and online', offline),
  plain('frozen with a clock jump', freeze),
  plain('back/forward cache', bfcache),
  plain('hidden and throttled', ({ world, client, amount }) =>
    hide(world, client, amount < 0.5 ? 1000 : 60_000, 0),
  ),
  plain('busy processor', strain),
  plain('asleep', sleep),
  plain('wall clock moved', misset, UNFELT),
  plain('wall clock stopped', stopClock, UNFELT),
  plain('routed', route, UNFELT),
  plain('restless listeners', beRestless),
  plain('server rewinds', rewind),
  plain('401 at each message', refuseMessages, { only: 'websocket' }),
  plain('poisoned storage', ({ client, amount }) => {
    client.page.poison(amount < 0.5 ? 'throws' : 'lies')
    return () => client.page.poison(undefined)
  }),
  plain('throwing listeners', ({ client }) => {
    client.throwing = true
    return () => {
      client.throwing = false
    }
  }),
  plain('reconnect()', reconnect),
  plain('restart()', restart),
  plain('close()', close),
]
