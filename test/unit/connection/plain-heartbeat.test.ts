// How a plain server shows that it lives: a type of ping that has a name, and pings that no page can see.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, websocket } from '../../../src/index.ts'
import { block } from '../../support/dialogue.ts'
import { startPlain } from '../../support/fake-wire.ts'

const HEARTBEAT_MS = 2000
/** Silence of that time is the end. */
const DEADLINE_MS = 3000

describe("the ping's type", () => {
  async function openWithPings() {
    const started = startPlain({
      transports: [eventsource],
      plainly: { heartbeatMs: HEARTBEAT_MS, heartbeatType: 'ping' },
    })
    const source = await started.sources.next()
    source.open()
    return { ...started, source }
  }

  test('is bound without a listener of the application, and keeps the connection alive', async () => {
    const { source, sources, told, wire, advance } = await openWithPings()
    for (let count = 0; count < 10; count++) {
      await advance(HEARTBEAT_MS)
      source.receive(block('ping', 'tick'))
    }
    expect(wire.connection.state).toBe('open')
    expect(sources.all).toHaveLength(1)
    expect(told('retry')).toEqual([])
  })

  test('may be that of events without a name; what has no types at all is no ping', async () => {
    const plainly = { heartbeatType: 'message', pollMs: 0 }
    const framed = startPlain({ transports: [websocket], plainly })
    ;(await framed.sockets.next()).accept('1')
    expect(framed.got).toEqual([1])

    const polled = startPlain({ transports: [longpoll], plainly })
    ;(await polled.polls.next()).answer({ contentType: 'application/json', body: '[1,2]' })
    ;(await polled.polls.next()).answer({ body: 'data: 3\n\n' })
    expect(polled.got).toEqual([1, 2])
  })

  test('is nothing that can be lost: its data is not decoded', async () => {
    const { source, wire, told } = await openWithPings()
    wire.onAny(() => {})
    source.receive(block('ping', 'tick'), 'event: ping\ndata:\n\n')
    expect(told('error')).toEqual([])
    expect(told('gap')).toEqual([])
  })

  test('stays bound when the last listener of the application goes', async () => {
    const { source, wire, told, advance } = await openWithPings()
    wire.on('ping', () => {})()
    await advance(HEARTBEAT_MS)
    source.receive(block('ping', 1))
    await advance(HEARTBEAT_MS)
    expect(told('retry')).toEqual([])
  })

  test('does not save a connection that says nothing at all', async () => {
    const { wire, advance } = await openWithPings()
    await advance(DEADLINE_MS)
    expect(wire.connection.attempts).toMatchObject([{ reason: 'heartbeat' }])
  })
})

describe('pings that nobody can see', () => {
  test.each([
    ['EventSource', eventsource],
    ['WebSocket', websocket],
  ])('relax the deadline after two false alarms in a row, over %s', async (_, transport) => {
    const { sources, sockets, advance, wire } = startPlain({
      transports: [transport],
      plainly: { heartbeatMs: HEARTBEAT_MS },
    })
    const isSource = transport === eventsource
    /** Its server pings by comments, say. */
    const open = async () => {
      if (isSource) (await sources.soon()).open()
      else (await sockets.soon()).open()
    }

    for (let alarm = 1; alarm <= 2; alarm++) {
      await open()
      await advance(DEADLINE_MS)
      expect(wire.connection.attempts.filter(({ reason }) => reason === 'heartbeat')).toHaveLength(
        alarm,
      )
    }
    await open()
    await advance(DEADLINE_MS + 500)
    expect(wire.connection.state).toBe('open')
  })

  test('do not cost a reconnect and a gap every few seconds, where each connection begins with an event', async () => {
    const { sources, advance, told } = startPlain({
      transports: [eventsource],
      plainly: { heartbeatMs: HEARTBEAT_MS },
    })
    for (let tenth = 0; tenth < 1200; tenth++) {
      while (await sources.left()) (await sources.next()).accept('data: 1\n\n')
      await advance(100)
    }
    expect(told('gap').length).toBeLessThan(15)
  })
})
