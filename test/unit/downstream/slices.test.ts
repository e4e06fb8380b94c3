// Reading much at once: the page breathes in between, and nothing gets out of order by it.
import { describe, expect, test, vi } from 'vitest'
import { longpoll } from '../../../src/index.ts'
import { ack, block, closing, hello, resumed } from '../../support/dialogue.ts'
import { codeOf, outcomeOf, type Started, start, startOpen } from '../../support/fake-wire.ts'

const COUNT = 1000
const range = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `e-${from + index}`)
const flood = (from = 0, to = COUNT) =>
  range(from, to)
    .map((id) => block('n', ['x'.repeat(100)], id))
    .join('')

/** Each event takes its listener a millisecond. */
const slowly = <S extends Started>(started: S): S => {
  started.wire.on('n', () => started.world.clock.work(1))
  return started
}

describe('what takes long', () => {
  test.each<[string, readonly string[]]>([
    ['a frame', [flood()]],
    [
      'frames that have to wait',
      [flood(0, 20), ...range(20, COUNT).map((id) => block('n', 1, id))],
    ],
  ])('is read in slices, between which the page lives: %s', async (_about, frames) => {
    const { socket, ids, advance, environment } = slowly(await startOpen())
    const plain = environment.setTimeout
    const pauses = [environment.performance.now()]
    vi.spyOn(environment, 'setTimeout').mockImplementation((act, ms, ...rest) => {
      if (ms === 0) pauses.push(environment.performance.now())
      return plain(act, ms, ...rest)
    })
    for (const frame of frames) socket.receive(frame)
    await advance(0)
    expect(ids()).toEqual(range(0, COUNT))
    const slices = pauses.slice(1).map((at, index) => at - (pauses[index] as number))
    expect(Math.max(...slices)).toBeLessThanOrEqual(12 + 1)
    expect(Math.min(...slices)).toBeGreaterThan(12)
  })

  test('is one reading of the clock for each event, in frames of their own', async () => {
    const { socket, ids, environment } = await startOpen()
    const now = vi.spyOn(environment.performance, 'now')
    for (const id of range(0, COUNT)) socket.receive(block('n', 1, id))
    expect(ids()).toHaveLength(COUNT)
    expect(now).toHaveBeenCalledTimes(COUNT)
  })

  test('comes before the frames after it, and before the end of the connection', async () => {
    const { socket, ids, advance, told } = slowly(await startOpen())
    socket.receive(flood(0, 900))
    socket.receive(flood(900, COUNT))
    socket.end()
    expect(ids().length).toBeLessThan(900)
    expect(told('retry')).toEqual([])
    await advance(0)
    expect(told('retry')).toHaveLength(1)
    expect(ids()).toEqual(range(0, COUNT))
  })

  test('says the end of the stream after its events', async () => {
    const { socket, ids, ended, advance } = slowly(await startOpen())
    socket.receive(flood() + closing({ final: true }))
    socket.end(1000)
    await advance(0)
    expect(await ended()).toEqual({ reason: 'final' })
    expect(ids()).toEqual(range(0, COUNT))
  })

  test('holds back an acknowledgement that came after it', async () => {
    const { wire, socket, advance } = slowly(await startOpen())
    const sent = wire.send('chat', 1)
    socket.receive(flood() + ack(1, { reply: 'ok' }))
    expect(await outcomeOf(sent)).toBe('pending')
    await advance(0)
    expect(await outcomeOf(sent)).toEqual({ value: 'ok' })
  })

  test('ends at once with the wire', async () => {
    const { wire, socket, ids, advance, alive } = slowly(await startOpen())
    const sent = codeOf(wire.send('chat', 1))
    socket.receive(flood() + ack(1))
    wire.close()
    const { length } = ids()
    await advance(100)
    expect(ids().length).toBe(length)
    expect(length).toBeLessThan(COUNT)
    expect(alive()).toEqual([])
    expect(await sent).toBe('closed')
  })

  test('is asked for again where the page had to let go of it', async () => {
    const { socket, sockets, page, ids, advance } = slowly(await startOpen())
    socket.receive(flood())
    page.pagehide()
    const last = ids().at(-1) as string
    page.pageshow()
    await advance(0)
    const second = await sockets.next()
    expect(second.url.searchParams.get('last_event_id')).toBe(last)
    second.accept(resumed(last))
    second.receive(flood(ids().length, COUNT))
    await advance(0)
    expect(ids()).toEqual(range(0, COUNT))
  })
})

test('a long poll that brings but an event that cannot be decoded is followed by the next at once', async () => {
  const { polls, wire } = start({ transports: [longpoll] })
  wire.on('n', () => {})
  ;(await polls.next()).answer({ body: hello('e-x') })
  ;(await polls.next()).answer({ body: 'id: e-1\nevent: n\ndata: {\n\n' })
  expect(await polls.left()).toBe(1)
})

test('a long poll is followed by the next once it was read', async () => {
  const { polls, ids, advance } = slowly(start({ transports: [longpoll] }))
  const first = await polls.next()
  first.answer({ body: hello('e-x') })
  const second = await polls.next()
  second.answer({ body: flood() })
  expect(await polls.left()).toBe(0)
  expect(ids().length).toBeLessThan(COUNT)
  await advance(0)
  const third = await polls.next()
  expect(third.url.searchParams.get('last_event_id')).toBe(`e-${COUNT - 1}`)
})
