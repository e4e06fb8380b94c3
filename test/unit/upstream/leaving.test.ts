// The last words of a page: what its own listeners send while it is left goes out, over the socket or by `keepalive`.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, type Transport, websocket } from '../../../src/index.ts'
import { type Bind, bindAt, lastWords, leave, open, PROTOCOLS } from './page-leaving.ts'

const TRANSPORTS: readonly (readonly [string, Transport])[] = [
  ['WebSocket', websocket],
  ['EventSource', eventsource],
  ['long-poll', longpoll],
]

const LISTENERS: readonly (readonly [string, Bind, boolean])[] = [
  ['pagehide', bindAt('window', 'pagehide'), true],
  ['pagehide, captured', bindAt('window', 'pagehide', true), true],
  ['pagehide, never to come back', bindAt('window', 'pagehide'), false],
  ['visibilitychange, never to come back', bindAt('document', 'visibilitychange'), false],
  ['unload', bindAt('window', 'unload'), false],
]

describe.each(TRANSPORTS)('over %s', (_name, transport) => {
  describe.each(PROTOCOLS)('under %s a message', (_protocol, options) => {
    test.each(LISTENERS)('of a listener of %s goes out', async (_, bind, isKept) => {
      const { world, wire } = await open(transport, options)
      bind(world, () => wire.send('bye', 'now'))
      leave(world, isKept)
      await world.settle()
      expect(lastWords(world).join('').match(/"now"/g)).toHaveLength(1)
    })

    test.each(LISTENERS)('of a listener of %s that was there first does too', async (...row) => {
      const [, bind, isKept] = row
      let act = () => {}
      const { world, wire } = await open(transport, options, (page) => bind(page, () => act()))
      act = () => wire.send('bye', 'now')
      leave(world, isKept)
      await world.settle()
      expect(lastWords(world).join('').match(/"now"/g)).toHaveLength(1)
    })
  })

  test('under steadywire a message of visibilitychange, before the cache, goes out', async () => {
    const { world, wire } = await open(transport)
    bindAt('document', 'visibilitychange')(world, () => wire.send('bye', 'now'))
    leave(world, true)
    await world.settle()
    expect(lastWords(world).join('').match(/"now"/g)).toHaveLength(1)
  })

  test('under steadywire a message of freeze goes out', async () => {
    const { world, wire } = await open(transport)
    bindAt('document', 'freeze')(world, () => wire.send('bye', 'now'))
    world.page.freeze()
    await world.settle()
    expect(lastWords(world).join('').match(/"now"/g)).toHaveLength(1)
  })

  test('a tab that is only hidden sends as always', async () => {
    const { world, wire } = await open(transport)
    bindAt('document', 'visibilitychange')(world, () => wire.send('bye', 'now'))
    world.page.hide()
    await world.settle()
    const bodies = [...lastWords(world), ...world.posts.all.map(({ body }) => `${body}`)]
    expect(bodies.join('').match(/"now"/g)).toHaveLength(1)
    expect(wire.connection.state).toBe('open')
  })

  test('nothing is left open after the last listener', async () => {
    const { world, wire } = await open(transport)
    bindAt('window', 'pagehide')(world, () => wire.send('bye', 'now'))
    leave(world, true)
    await world.settle()
    expect(world.alive().filter((one) => /Socket|Source|GET|POST/.test(one))).toEqual([])
    expect(wire.connection.state).toBe('suspended')
  })
})
