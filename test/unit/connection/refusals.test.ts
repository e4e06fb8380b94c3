// Refusals that ask for a fresh ticket, and those that are for good (PROTOCOL.md, section 5).
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, websocket } from '../../../src/index.ts'
import { hello, resumed } from '../../support/dialogue.ts'
import { type Started, start } from '../../support/fake-wire.ts'

const poll = (options: Parameters<typeof start>[0] = {}) =>
  start({ transports: [longpoll], ...options })

/** A WebSocket that opens and is closed with a code. */
const refuseSocket = async ({ sockets }: Started, code: number) => {
  const socket = await sockets.next()
  socket.open()
  socket.end(code)
}

describe('unauthorized', () => {
  test.each([401, 403])('%i where the URL is fixed fails for good, at once', async (status) => {
    const { polls, wire, told, alive } = poll({ url: 'https://live.example/?ticket=secret' })
    ;(await polls.next()).answer({ status })
    expect(wire.connection.state).toBe('closed')
    const { reason, error } = await wire.closed
    expect(reason).toBe('failed')
    expect(error).toMatchObject({
      name: 'SteadywireError',
      code: 'unauthorized',
      retryable: false,
      cause: { reason: 'status', status },
      attempts: [{ transport: 'longpoll', status }],
    })
    expect(String(error) + JSON.stringify(error)).not.toContain('secret')
    expect(told('error')).toEqual([error])
    expect(alive()).toEqual([])
  })

  test.each([401, 403])(
    '%i asks a function for a fresh URL, once until the next proof',
    async (status) => {
      const reasons: string[] = []
      const { polls, wire, advance, told } = poll({
        url: ({ reason }) => {
          reasons.push(reason)
          return '/live'
        },
      })
      ;(await polls.next()).answer({ status })
      expect(wire.connection.state).toBe('waiting')
      await advance(1000)
      ;(await polls.next()).answer({ status })
      expect(reasons).toEqual(['connect', 'unauthorized'])
      expect((await wire.closed).error).toMatchObject({ code: 'unauthorized' })
      expect(told('retry')).toHaveLength(1)
    },
  )

  test('is forgotten by a connection that lived', async () => {
    const reasons: string[] = []
    const { polls, wire, advance } = poll({
      url: ({ reason }) => {
        reasons.push(reason)
        return '/live'
      },
    })
    for (const livedMs of [6000, 12_000, 24_000]) {
      ;(await polls.next()).answer({ status: 401 })
      ;(await polls.soon()).answer({ body: resumed('h0') })
      await polls.left()
      await advance(livedMs)
    }
    expect(wire.connection.state).toBe('open')
    expect(reasons.filter((reason) => reason === 'unauthorized')).toHaveLength(3)
  })

  test.each([4401, 4403])('close code %i says so too', async (code) => {
    const started = start({ transports: [websocket] })
    await refuseSocket(started, code)
    expect((await started.wire.closed).error).toMatchObject({
      code: 'unauthorized',
      cause: { closeCode: code },
    })
  })

  test('in the middle of the stream asks for a fresh URL', async () => {
    const reasons: string[] = []
    const { polls, wire, advance } = poll({
      url: ({ reason }) => {
        reasons.push(reason)
        return '/live'
      },
    })
    ;(await polls.next()).answer({ body: hello() })
    ;(await polls.next()).answer({ status: 401 })
    await advance(2000)
    ;(await polls.next()).answer({ body: resumed('h0') })
    expect(wire.connection.state).toBe('open')
    expect(reasons).toEqual(['connect', 'poll', 'unauthorized'])
  })

  test('of a race is decided by the rung that sees it', async () => {
    const { sockets, sources, polls, wire } = start()
    ;(await sockets.next()).end()
    ;(await sources.next()).fail()
    ;(await polls.next()).answer({ status: 401 })
    expect((await wire.closed).error).toMatchObject({
      code: 'unauthorized',
      attempts: [
        { transport: 'websocket', reason: 'network' },
        { transport: 'eventsource', reason: 'network' },
        { transport: 'longpoll', status: 401 },
      ],
    })
  })
})

describe('refused for good', () => {
  test.each([400, 404, 405, 410])('%i before any proof', async (status) => {
    const { polls, wire, alive } = poll()
    ;(await polls.next()).answer({ status })
    expect(await wire.closed).toMatchObject({
      reason: 'failed',
      error: { code: 'failed', cause: { status } },
    })
    expect(alive()).toEqual([])
  })

  test.each([1008, 4400, 4404, 4410, 4500, 4999])('close code %i', async (code) => {
    const started = start({ transports: [websocket] })
    await refuseSocket(started, code)
    expect(await started.wire.closed).toMatchObject({
      reason: 'failed',
      error: { code: 'failed', cause: { closeCode: code } },
    })
  })

  test.each([400, 410])('%i also after a proof', async (status) => {
    const { polls, wire } = poll()
    ;(await polls.next()).answer({ body: hello() })
    ;(await polls.next()).answer({ status })
    expect(await wire.closed).toMatchObject({ reason: 'failed' })
  })

  test.each([404, 405])(
    'not by %i after a proof: a deployment says so in passing',
    async (status) => {
      const { polls, wire, advance } = poll()
      ;(await polls.next()).answer({ body: hello() })
      ;(await polls.next()).answer({ status })
      expect(wire.connection.state).toBe('waiting')
      await advance(2000)
      ;(await polls.next()).answer({ status })
      expect(wire.connection.state).toBe('waiting')
    },
  )

  test('only when every attempt of a race says so: one rung alone is skipped', async () => {
    const started = start()
    await refuseSocket(started, 4404)
    expect(started.wire.connection.state).toBe('connecting')
    ;(await started.sources.next()).accept(hello())
    expect(started.wire.connection).toMatchObject({ state: 'open', transport: 'eventsource' })
  })

  test('not when another rung failed for a transient reason', async () => {
    const started = start()
    await refuseSocket(started, 4404)
    ;(await started.sources.next()).fail()
    ;(await started.polls.next()).answer({ status: 503 })
    expect(started.wire.connection.state).toBe('waiting')
  })

  test('by the rungs that were told, where others hide the reason', async () => {
    const { sockets, sources, polls, wire } = start()
    ;(await sockets.next()).end()
    ;(await sources.next()).fail()
    ;(await polls.next()).answer({ status: 404 })
    expect(await wire.closed).toMatchObject({ reason: 'failed' })
  })

  test('never by rungs that hide every reason', async () => {
    const { sockets, sources, wire } = start({ transports: [websocket, eventsource] })
    for (let round = 0; round < 20; round++) {
      ;(await sockets.soon()).end()
      ;(await sources.next()).fail()
      expect(wire.connection.state).toBe('waiting')
    }
  })
})
