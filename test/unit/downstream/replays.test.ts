// What a connection replays: nothing twice, and the cursor ends where it was.
import { expect, test } from 'vitest'
import { eventsource } from '../../../src/index.ts'
import { block, hello, ping, resumed } from '../../support/dialogue.ts'
import { start, startOpen } from '../../support/fake-wire.ts'

test('a replay that was cut goes on with the next connection: nothing twice', async () => {
  const started = start()
  const { sockets, sources, ids, advance, settle } = started
  ;(await sockets.next()).end()
  const source = await sources.next()
  source.accept(hello('e-0'))
  await advance(5000)
  const candidate = await sockets.next() // asks from e-0
  expect(candidate.url.searchParams.get('last_event_id')).toBe('e-0')
  const all = Array.from({ length: 4000 }, (_, n) => n + 1)
  const type = (n: number) => (n % 2 ? 'n' : 'hidden')
  const blocks = (from: number, to: number) =>
    all
      .filter((n) => n > from && n <= to)
      .map((n) => block(type(n), n, `e-${n}`))
      .join('')
  // EventSource: nobody listens to `hidden`
  source.receive(blocks(0, 3999))
  const visible = all.filter((n) => n % 2 && n <= 3999).map((n) => `e-${n}`)
  await settle()
  expect(ids()).toEqual(visible)
  candidate.accept(resumed('e-0'))
  candidate.receive(blocks(0, 100))
  candidate.end() // cut within the replay
  const third = await sockets.soon()
  const from = third.url.searchParams.get('last_event_id')
  expect(from).toBe('e-100')
  third.accept(resumed('e-100'))
  third.receive(blocks(100, 4000))
  await advance(0)
  expect(ids().length).toBe(new Set(ids()).size)
})

test('an id that comes again after a replay does not move the cursor back', async () => {
  const { wire, socket, sockets, advance } = await startOpen({}, hello('e-0'))
  socket.receive(block('n', 1, 'e-1'))
  socket.end()
  await advance(2000)
  const second = await sockets.next()
  second.accept(resumed('e-1'))
  second.receive(block('n', 2, 'e-2') + block('n', 1, 'e-1'))
  expect(wire.connection.lastEventId).toBe('e-2')
})

test('a replay that never catches up, since nobody listens to its goal, does not hold back the next', async () => {
  const { wire, sources, ids, settle } = start({ transports: [eventsource] })
  const one = await sources.next()
  one.accept(hello('e-5'))
  wire.connection.reconnect()
  const two = await sources.next()
  one.receive(block('hidden', 1, 'e-10') + ping())
  two.accept(resumed('e-5') + block('hidden', 1, 'e-10') + block('n', 1, 'e-11'))
  wire.connection.reconnect()
  const three = await sources.next()
  two.receive(block('late', 1, 'e-17') + block('n', 1, 'e-20'))
  wire.on('late', () => {})
  three.accept(resumed('e-11') + block('late', 1, 'e-17') + block('n', 1, 'e-20'))
  await settle()
  expect(ids()).toEqual(['e-11', 'e-20'])
  three.receive(ping())
  expect(wire.connection.lastEventId).toBe('e-20')
})
