// Found by review, after the client was slimmed: refusals, waits, the page's last words, parts that throw.
import { expect, test } from 'vitest'
import {
  negotiation,
  type Protocol,
  plain,
  type Transport,
  type UrlRequest,
  websocket,
} from '../../../src/index.ts'
import { closing, hello, ping, resumed } from '../../support/dialogue.ts'
import { fallBack, start, startOpen } from '../../support/fake-wire.ts'

type Started = ReturnType<typeof start>

const MINUTES = 60_000

/** Keeps a connection alive with pings. */
async function live({ advance }: Started, socket: { receive(text: string): void }, ms: number) {
  for (let rest = ms; rest > 0; rest -= MINUTES) {
    await advance(Math.min(rest, MINUTES))
    socket.receive(ping())
  }
}

/** A wire whose ticket lasts for an hour, and is refused as the second hour ends. */
async function refuseSecondTicket(interrupt: (started: Started) => Promise<void>) {
  let refreshes = 0
  const url = ({ reason }: UrlRequest) => {
    if (reason === 'unauthorized') refreshes += 1
    return '/live'
  }
  const started = start({ url, transports: [websocket] })
  const greeting = resumed('h0', { heartbeatMs: 300_000 })
  const first = await started.sockets.next()
  first.accept(greeting)
  await live(started, first, 60 * MINUTES)
  first.end(4401)

  let socket = await started.sockets.soon()
  socket.accept(greeting)
  for (let part = 0; part < 6; part += 1) {
    await live(started, socket, 10 * MINUTES)
    await interrupt(started)
    socket = await started.sockets.soon()
    socket.accept(greeting)
  }
  socket.end(4401)
  return { ...started, refreshes: () => refreshes }
}

test('a ticket that lasts is refreshed again, though the tab was looked at in between', async () => {
  const { wire, sockets, refreshes } = await refuseSecondTicket(async ({ page, advance }) => {
    page.show()
    await advance(0)
  })
  expect(wire.connection.state).toBe('waiting')
  await sockets.soon()
  expect(refreshes()).toBe(2)
})

test('a ticket that lasts is refreshed again, though the network broke in between', async () => {
  const { wire, sockets, refreshes } = await refuseSecondTicket(async ({ sockets }) => {
    sockets.all.at(-1)?.end()
  })
  expect(wire.connection.state).toBe('waiting')
  await sockets.soon()
  expect(refreshes()).toBe(2)
})

/** Uses up what attempts a minute has. */
async function restartOften({ wire, settle }: Started, times = 40) {
  for (let time = 0; time < times; time += 1) {
    wire.connection.restart()
    await settle()
  }
}

test('a restart that has to wait for its turn is no race that came to nothing', async () => {
  const started = start({ transports: [websocket] })
  await restartOften(started)
  expect(started.wire.connection.state).toBe('waiting')
  expect(started.told('retry')).toHaveLength(1)
  expect(started.told('error')).toEqual([])
})

test('a wait that a restart makes shorter is announced, and shown', async () => {
  const started = start({ transports: [websocket] })
  const { wire, sockets, told, clock } = started
  await restartOften(started, 30)
  const { length } = sockets.all
  sockets.all[length - 1]?.accept(hello('h0') + closing({ reconnectMs: 300_000 }))
  const { retryAt: before = 0 } = wire.connection.snapshot
  expect(before).toBeGreaterThan(clock.Date.now() + 250_000)

  wire.connection.restart()
  const { retryAt = 0, state } = wire.connection.snapshot
  expect(state).toBe('waiting')
  expect(retryAt).toBeLessThan(clock.Date.now() + 61_000)
  expect(told('retry').at(-1)?.delayMs).toBe(retryAt - clock.Date.now())
})

test('reconnect() beyond the bound leaves a healthy connection alone that cannot resume', async () => {
  const { wire, sockets } = start({ transports: [websocket], protocol: plain() })
  for (let time = 0; time < 40; time += 1) {
    if (await sockets.left()) (await sockets.next()).open()
    wire.connection.reconnect()
  }
  if (await sockets.left()) (await sockets.next()).open()
  expect(sockets.all.length).toBeLessThanOrEqual(32)
  expect(wire.connection.state).toBe('open')
})

test('last words go by the socket, though the page was kept before', async () => {
  const { wire, page, sockets, advance } = await startOpen({ protocol: plain() }, '')
  page.pagehide(true)
  page.pageshow(true)
  await advance(0)
  const socket = await sockets.next()
  socket.open()
  page.window.addEventListener('pagehide', () => wire.send('m', 'bye'))
  page.pagehide(false)
  expect(socket.sent).toEqual(['"bye"'])
})

test.each([null, undefined])('a transport that throws %s is given up at once', async (thrown) => {
  const fragile: Transport = {
    ...websocket,
    open() {
      throw thrown
    },
  }
  const { told, settle } = start({ transports: [fragile] })
  await settle()
  expect(told('retry')).toMatchObject([{ cause: { reason: 'unsupported' } }])
})

test.each([null, undefined])('a reader that throws %s is given up at once', async (thrown) => {
  const protocol: Protocol = {
    ...plain(),
    read: () => ({
      event() {},
      text() {
        throw thrown
      },
    }),
  }
  const { sockets, told, settle } = start({ transports: [websocket], protocol })
  const socket = await sockets.next()
  socket.open()
  socket.receive('a')
  await settle()
  expect(told('retry')).toMatchObject([{ cause: { reason: 'protocol' } }])
})

test('a wire that is closed as its next connection is proven reads no more, and leaves no timer', async () => {
  const patient = plain({ resume: 'query' })
  let busy = () => {}
  const read: typeof patient.read = (...given) => ({
    ...patient.read(...given),
    *text() {
      busy()
      yield
    },
  })
  const { wire, sockets, page, advance, alive, clock } = start({
    transports: [websocket],
    protocol: { ...patient, read },
    lastEventId: 'e-0',
  })
  ;(await sockets.next()).open()
  page.show()
  await advance(0)

  wire.connection.on('transport', wire.close)
  busy = () => clock.work(20)
  const candidate = await sockets.next()
  candidate.open()
  candidate.receive('1')
  expect(wire.connection.state).toBe('closed')
  expect(alive()).toEqual([])
})

function fail(): never {
  throw new RangeError('a part of the application')
}

test('counts of short-lived connections that throw keep no wire from connecting anew', async () => {
  const { wire, socket, sockets } = await startOpen({
    negotiation: { ...negotiation, countShortLived: fail },
  })
  socket.end()
  ;(await sockets.soon()).accept(resumed('h0'))
  expect(wire.connection.state).toBe('open')
})

test('a delay of probes that throws keeps no fallback from being open, and is the longest', async () => {
  const { wire, sockets, advance } = await fallBack({
    negotiation: { ...negotiation, probeDelay: fail },
  })
  expect(wire.connection.transport).toBe('eventsource')
  await advance(29_000)
  expect(await sockets.left()).toBe(0)
})

test('a memory that throws keeps no wire from being open', async () => {
  const { wire } = await startOpen({ winnerMemory: () => ({ load: () => -1, save: fail }) })
  expect(wire.connection.state).toBe('open')
})
