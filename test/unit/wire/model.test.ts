// Whole lives against a model of the server: whatever the network does, the stream is whole and so are the sends.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, websocket } from '../../../src/index.ts'
import { start } from '../../support/fake-wire.ts'
import { createModelServer } from '../../support/model-server.ts'

const deeds = [
  ...([
    'publish',
    'publish',
    'publish',
    'publish',
    'send',
    'send',
    'wait',
    'wait',
    'wait',
  ] as const),
  ...(['up', 'up', 'down', 'downTaken', 'cut', 'cut', 'deafen', 'ping'] as const),
  ...(['online', 'hide', 'show', 'reconnect'] as const),
]
const life = fc.array(fc.tuple(fc.constantFrom(...deeds), fc.nat(4000)), {
  minLength: 30,
  maxLength: 120,
  size: 'max',
})

const rungs = { websocket, eventsource, longpoll }
const sets = fc.constantFrom<(keyof typeof rungs)[]>(
  ['websocket'],
  ['eventsource'],
  ['longpoll'],
  ['websocket', 'eventsource', 'longpoll'],
  ['websocket', 'eventsource', 'longpoll'],
  ['websocket', 'eventsource', 'longpoll'],
)

/** Lives through all deeds, then on a healthy network until all is settled. */
const live = async (
  names: readonly (keyof typeof rungs)[],
  course: readonly (readonly [(typeof deeds)[number], number])[],
  { seed, cursor }: { seed: number; cursor: boolean },
) => {
  const started = start({
    transports: names.map((name) => rungs[name]),
    world: { seed },
    ...(cursor && { lastEventId: 'e-0' }),
  })
  const { wire, page, advance, clock } = started
  const server = createModelServer(started.world)
  const sends: Promise<unknown>[] = []
  let network = server.accept
  const act = {
    publish: (many: number) => {
      for (let count = 0; count <= many % 4; count++) server.publish()
    },
    up: () => {
      network = server.accept
    },
    down: () => {
      network = () => server.refuse(false)
    },
    /** The server takes messages, and no answer comes back. */
    downTaken: () => {
      network = () => server.refuse(true)
    },
    wait: (ms: number) => advance(ms),
    send: () => void sends.push(wire.send('chat', sends.length)),
    cut: () => server.cut(),
    deafen: () => server.deafen(),
    ping: () => server.ping(),
    online: () => page.online(),
    hide: () => page.pagehide(),
    show: () => page.pageshow(),
    reconnect: () => wire.connection.reconnect(),
  }
  for (const [deed, ms] of course) {
    await act[deed](ms)
    await network()
  }
  page.pageshow()
  const end = clock.Date.now() + 300_000
  const done = () => started.ids().at(-1) === server.ids().at(-1) && wire.bufferedBytes === 0
  while (clock.Date.now() < end && !(wire.connection.state === 'open' && done())) {
    await server.accept()
    await advance(250)
    if (clock.Date.now() % 5000 < 250) server.ping()
  }
  return { ...started, server, sends }
}

describe('whatever the network does', () => {
  test('every event is delivered once and in order, every message is processed once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(sets, life, fc.nat(), async (names, course, seed) => {
        const { wire, server, sends, ids, told, alive } = await live(names, course, {
          seed,
          cursor: true,
        })
        expect(ids()).toEqual(server.ids())
        expect(told('gap')).toEqual([])
        expect(server.processed).toEqual(sends.map((_, index) => index + 1))
        expect(await Promise.all(sends)).toEqual(server.processed)
        expect(told('error')).toEqual([])
        wire.close()
        expect(alive()).toEqual([])
      }),
      { numRuns: 40 },
    )
  }, 60_000)

  test('a wire without a cursor misses nothing after its first hello, or says so', async () => {
    await fc.assert(
      fc.asyncProperty(sets, life, fc.nat(), async (names, course, seed) => {
        const { server, ids, told } = await live(names, course, { seed, cursor: false })
        const got = ids()
        expect(new Set(got).size).toBe(got.length)
        if (!told('gap').length) {
          const all = server.ids()
          expect(got).toEqual(all.slice(all.length - got.length))
        }
      }),
      { numRuns: 40 },
    )
  }, 60_000)
})
