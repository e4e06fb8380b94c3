// At most 32 attempts a minute, by any path; and a clock that was put back does not make the past of it.
import { expect, test } from 'vitest'
import { websocket } from '../../../src/index.ts'
import { ping, resumed } from '../../support/dialogue.ts'
import { start, startOpen } from '../../support/fake-wire.ts'

/** Hides and shows the page so often; each check that follows goes well. Answers the connection at work. */
async function flap(
  { page, socket, sockets, advance }: Awaited<ReturnType<typeof startOpen>>,
  times: number,
  restMs: number,
  greeting: string,
) {
  let active = socket

  for (let time = 0; time < times; time += 1) {
    page.hide()
    page.show()
    await advance(restMs)
    while (await sockets.left()) {
      active = await sockets.next()
      active.accept(greeting)
    }
  }

  return active
}

test('a page that freezes and resumes all the time makes no more', async () => {
  const { page, sockets, advance } = start({ transports: [websocket] })
  for (let flap = 0; flap < 100; flap += 1) {
    page.freeze()
    page.resume()
    await advance(500)
  }
  const { length } = sockets.all
  expect(length).toBeLessThanOrEqual(32)
  await advance(61_000)
  expect(sockets.all.length).toBeGreaterThan(length)
})

test('those in the future, after a clock was put back, count no more', async () => {
  const { wire, sockets, clock, told, advance } = start({
    transports: [websocket],
    lastEventId: 'e-0',
  })
  const live = async () => {
    const socket = await sockets.soon()
    socket.accept(resumed('e-0'))
    for (let beat = 0; beat < 10; beat += 1) {
      socket.receive(ping())
      await advance(12_000)
    }
    return socket
  }

  for (let life = 0; life < 35; life += 1) (await live()).end()
  const last = await live()
  clock.moveWallClock(-24 * 3_600_000)
  last.end()
  expect(told('retry').at(-1)?.delayMs).toBeLessThanOrEqual(1000)

  wire.connection.reconnect()
  expect(await sockets.left()).toBeTruthy()
})

test('a page that is hidden and shown all the time leaves enough of them for a loss', async () => {
  const started = await startOpen()
  const { sockets, advance, told, wire } = started
  const active = await flap(started, 30, 1000, resumed('h0'))
  expect(sockets.all.length).toBeLessThanOrEqual(17)
  active.end()
  expect(told('retry').at(-1)?.delayMs).toBeLessThanOrEqual(1000)
  await advance(1000)
  ;(await sockets.next()).accept(resumed('h0'))
  expect(wire.connection.state).toBe('open')
})

test('a check that has to wait for its turn is made then', async () => {
  const started = await startOpen()
  const { sockets, advance } = started
  const active = await flap(started, 20, 500, resumed('h0', { heartbeatMs: 3_600_000 }))
  expect(sockets.all.length).toBeLessThanOrEqual(17)
  await advance(60_000) // nothing else happens in this page
  expect(await sockets.left()).toBeGreaterThan(0)
  expect(active.closed).toBe(false)
})
