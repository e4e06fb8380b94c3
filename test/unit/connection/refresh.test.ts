// Refused credentials: how often the application is asked for a fresh URL, and by how many at once.
import { describe, expect, test } from 'vitest'
import { longpoll, type UrlRequest, websocket } from '../../../src/index.ts'
import { hello, ping, resumed } from '../../support/dialogue.ts'
import { start } from '../../support/fake-wire.ts'

/** A URL function that notes what it was asked. */
function noteRequests() {
  const requests: string[] = []
  const url = ({ transport, reason }: UrlRequest) => {
    requests.push(`${transport} ${reason}`)
    return '/live'
  }
  const refreshes = () => requests.filter((request) => request.endsWith('unauthorized'))
  return { requests, url, refreshes }
}

describe('a server that refuses at each message', () => {
  test.each([4401, 4403])('with %i ends the wire, after a fresh URL', async (code) => {
    const { url, refreshes } = noteRequests()
    const { wire, sockets, told } = start({ url, transports: [websocket] })
    wire.send('chat', 1)
    for (let count = 0; count < 10 && wire.connection.state !== 'closed'; count += 1) {
      const socket = await sockets.soon()
      socket.accept(resumed('h0'))
      expect(socket.sent).toHaveLength(1)
      socket.end(code)
    }
    expect(wire.connection.state).toBe('closed')
    const { error } = await wire.closed
    expect(error).toMatchObject({ code: 'unauthorized', cause: { closeCode: code } })
    expect(refreshes()).toHaveLength(1)
    expect(told('open')).toHaveLength(2)
  })

  test('after a long time without any ends it too: the connection after it lived shorter', async () => {
    const { url, refreshes } = noteRequests()
    const { wire, sockets, advance } = start({ url, transports: [websocket] })
    const first = await sockets.next()
    first.accept(hello('h0', { heartbeatMs: 300_000 }))
    await advance(300_000)
    wire.send('chat', 1)
    first.end(4401)
    for (let count = 0; count < 10 && wire.connection.state !== 'closed'; count += 1) {
      const socket = await sockets.soon()
      socket.accept(resumed('h0'))
      await advance(100)
      socket.end(4401)
    }
    expect(wire.connection.state).toBe('closed')
    expect((await wire.closed).error).toMatchObject({ code: 'unauthorized' })
    expect(refreshes()).toHaveLength(1)
  })

  test('ends it, though each connection lasts a while: shorter than the one before the fresh URL', async () => {
    const { url, refreshes } = noteRequests()
    const { wire, sockets, advance } = start({ url, transports: [websocket] })
    for (const uptimeMs of [20_000, 8000]) {
      const socket = await sockets.soon()
      socket.accept(resumed('h0'))
      await advance(uptimeMs)
      socket.end(4401)
    }
    expect((await wire.closed).error).toMatchObject({ code: 'unauthorized' })
    expect(refreshes()).toHaveLength(1)
  })

  test('with 401 to each second poll ends it', async () => {
    const { url, refreshes } = noteRequests()
    const { wire, polls } = start({ url, transports: [longpoll] })
    for (let count = 0; count < 10 && wire.connection.state !== 'closed'; count += 1) {
      ;(await polls.soon()).answer({ body: resumed('h0') })
      ;(await polls.soon()).answer({ status: 401 })
    }
    expect(wire.connection.state).toBe('closed')
    expect((await wire.closed).error).toMatchObject({ code: 'unauthorized' })
    expect(refreshes()).toHaveLength(1)
  })
})

describe('a ticket that lasts for an hour', () => {
  test('is refreshed each time, on WebSocket', async () => {
    const { url, refreshes } = noteRequests()
    const { wire, sockets, advance } = start({ url, transports: [websocket] })
    for (let hour = 0; hour < 5; hour += 1) {
      const socket = await sockets.soon()
      socket.accept(resumed('h0', { heartbeatMs: 300_000 }))
      for (let minute = 0; minute < 60; minute += 5) {
        await advance(300_000)
        socket.receive(ping())
      }
      socket.end(4401)
      expect(wire.connection.state).toBe('waiting')
    }
    await sockets.soon()
    expect(refreshes()).toHaveLength(5)
  })

  test('is refreshed each time, though it lasts a little shorter now and then', async () => {
    const { url, refreshes } = noteRequests()
    const { wire, sockets, advance } = start({ url, transports: [websocket] })
    for (const uptimeMs of [20_000, 19_900, 19_800]) {
      const socket = await sockets.soon()
      socket.accept(resumed('h0'))
      await advance(uptimeMs)
      socket.end(4401)
      expect(wire.connection.state).toBe('waiting')
    }
    await sockets.soon()
    expect(refreshes()).toHaveLength(3)
  })

  test('is refreshed each time, on long-poll', async () => {
    const { url, refreshes } = noteRequests()
    const { wire, polls, advance } = start({ url, transports: [longpoll] })
    for (let hour = 0; hour < 5; hour += 1) {
      ;(await polls.soon()).answer({ body: resumed('h0', { heartbeatMs: 300_000 }) })
      for (let minute = 0; minute < 60; minute += 5) {
        const held = await polls.soon()
        await advance(300_000)
        held.answer()
      }
      ;(await polls.soon()).answer({ status: 401 })
      expect(wire.connection.state).toBe('waiting')
    }
    await polls.soon()
    expect(refreshes()).toHaveLength(5)
  })
})

describe('several attempts of a race that are refused', () => {
  /** All three are refused, as far as they can be; then the next race runs in full. */
  async function refuseRace(url: (request: UrlRequest) => string) {
    const started = start({ url })
    const { wire, sockets, sources, polls, advance } = started
    await advance(1100)
    const socket = await sockets.next()
    socket.open()
    socket.end(4401)
    ;(await sources.next()).fail()
    ;(await polls.next()).answer({ status: 401 })
    expect(wire.connection.state).toBe('waiting')

    await advance(5000)
    const second = [await sockets.next(), await sources.next(), await polls.next()]
    return { ...started, second }
  }

  test('ask for one fresh URL together', async () => {
    const { url, refreshes } = noteRequests()
    await refuseRace(url)
    expect(refreshes()).toHaveLength(1)
  })

  test('each go to the URL of their own transport', async () => {
    const { second } = await refuseRace(({ transport }) => `/${transport}`)
    const paths = second.map(({ url }) => url.pathname)
    expect(paths).toEqual(['/websocket', '/eventsource', '/longpoll'])
  })

  test('refused again end the wire', async () => {
    const { url, refreshes } = noteRequests()
    const { wire, sockets, sources, polls } = await refuseRace(url)
    sockets.all[1]?.open()
    sockets.all[1]?.end(4401)
    sources.all[1]?.fail()
    polls.all[1]?.answer({ status: 401 })
    expect(wire.connection.state).toBe('closed')
    expect((await wire.closed).error).toMatchObject({ code: 'unauthorized' })
    expect(refreshes()).toHaveLength(1)
  })
})
