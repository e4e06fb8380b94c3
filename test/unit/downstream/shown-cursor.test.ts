// The cursor that is shown never goes back but at a gap, whatever a replay brings that was hidden until then.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll } from '../../../src/index.ts'
import { block, hello, ping, resumed } from '../../support/dialogue.ts'
import { fallBack, type Started, start, startOpen } from '../../support/fake-wire.ts'

interface Receiver {
  receive(...texts: string[]): void
}

/** What the cursor is after each of these texts. */
function shownAfter({ wire }: Started, connection: Receiver, texts: readonly string[]) {
  return texts.map((text) => {
    connection.receive(text)
    return wire.connection.lastEventId
  })
}

describe('a replay that brings what was hidden before the cursor', () => {
  test('does not move it back', async () => {
    const started = await startOpen({}, hello('e-0'))
    started.socket.receive(block('n', 1, 'e-1'), block('n', 3, 'e-3'))
    started.socket.end()
    await started.advance(1000)
    const second = await started.sockets.next()
    second.accept(resumed('e-1'))
    const replay = [block('n', 2, 'e-2'), block('n', 3, 'e-3'), block('n', 4, 'e-4')]
    expect(shownAfter(started, second, replay)).toEqual(['e-3', 'e-3', 'e-4'])
    expect(started.ids()).toEqual(['e-1', 'e-3', 'e-2', 'e-4'])
  })

  test('does not show it back to the listener that gets the event', async () => {
    const { wire, socket, sockets, advance } = await startOpen({}, hello('e-0'))
    socket.receive(block('n', 1, 'e-1'), block('n', 3, 'e-3'))
    socket.end()
    await advance(1000)
    const shown: unknown[] = []
    wire.on('n', () => shown.push(wire.connection.lastEventId))
    ;(await sockets.next()).accept(resumed('e-1') + block('n', 2, 'e-2') + block('n', 4, 'e-4'))
    expect(shown[0]).toBe('e-3')
  })

  test('does not move it back at a hand-over from EventSource, which hides what nobody listens to', async () => {
    const started = await fallBack()
    const { source, sockets, advance } = started
    await advance(5000)
    const socket = await sockets.next() // which asks from e-0
    source.receive(block('n', 1, 'e-1'), block('hidden', 2, 'e-2'), block('n', 3, 'e-3'))
    socket.accept(resumed('e-0'))
    const replay = [
      block('n', 1, 'e-1'),
      block('hidden', 2, 'e-2'),
      block('n', 3, 'e-3'),
      block('n', 4, 'e-4'),
    ]
    expect(shownAfter(started, socket, replay)).toEqual(['e-3', 'e-3', 'e-3', 'e-4'])
  })

  test('does not move it back where pings had carried it over what was hidden', async () => {
    const started = await fallBack()
    const { source, sockets, advance } = started
    await advance(5000)
    const socket = await sockets.next()
    source.receive(block('hidden', 1, 'e-1'), block('hidden', 2, 'e-2'), ping())
    expect(started.wire.connection.lastEventId).toBe('e-2')
    socket.accept(resumed('e-0'))
    const replay = [block('hidden', 1, 'e-1'), block('hidden', 2, 'e-2'), block('n', 3, 'e-3')]
    expect(shownAfter(started, socket, replay)).toEqual(['e-2', 'e-2', 'e-3'])
  })

  test('that is cut is asked for again from where it was cut, while the cursor stays', async () => {
    const started = await fallBack()
    const { source, sockets, advance, wire, ids } = started
    await advance(5000)
    const socket = await sockets.next()
    source.receive(block('n', 1, 'e-1'), block('hidden', 2, 'e-2'), block('n', 3, 'e-3'))
    socket.accept(resumed('e-0'))
    wire.on('hidden', () => {})
    socket.receive(block('n', 1, 'e-1'), block('hidden', 2, 'e-2'))
    socket.end()
    expect(wire.connection.lastEventId).toBe('e-3')

    const third = await sockets.soon()
    expect(third.url.searchParams.get('last_event_id')).toBe('e-2')
    third.accept(resumed('e-2') + block('n', 3, 'e-3') + block('n', 4, 'e-4'))
    expect(ids()).toEqual(['e-1', 'e-3', 'e-4'])
    expect(wire.connection.lastEventId).toBe('e-4')
  })
})

// Ids in no order: nothing but the stream tells which is further.
describe('after a replay', () => {
  test('whose end an EventSource hides, the cursor goes on with the next ping', async () => {
    const { wire, sources } = start({ transports: [eventsource] })
    const one = await sources.next()
    one.accept(hello('e-9'))
    wire.connection.reconnect()
    const two = await sources.next()
    one.receive(block('hidden', 1, 'e-7') + ping())
    two.accept(resumed('e-9') + block('hidden', 1, 'e-7') + block('n', 2, 'e-3'))
    expect(wire.connection.lastEventId).toBe('e-7')
    two.receive(ping())
    expect(wire.connection.lastEventId).toBe('e-3')
  })

  test('from before what was asked, polls ask for the rest of it, and the cursor goes on', async () => {
    const { wire, polls, advance, ids } = start({ transports: [longpoll] })
    const event = (id: number) => block('n', id, `e-${id}`)
    const next = async () => {
      const poll = await polls.next()
      return [poll.url.searchParams.get('last_event_id'), poll] as const
    }
    ;(await polls.next()).answer({ body: hello('e-9') })
    ;(await polls.next()).answer({ body: event(7) + event(3) + event(5) })
    ;(await polls.next()).fail()
    await advance(2000)
    ;(await polls.next()).answer({ body: resumed('e-7') + event(3) })
    expect(wire.connection.lastEventId).toBe('e-5')

    const [asked, rest] = await next()
    expect(asked).toBe('e-3')
    rest.answer({ body: event(5) + event(1) })
    expect((await next())[0]).toBe('e-1')
    expect(wire.connection.lastEventId).toBe('e-1')
    expect(ids()).toEqual(['e-7', 'e-3', 'e-5', 'e-1'])
  })

  test('not with a ping amid it over a WebSocket, where its end will come', async () => {
    const started = await fallBack()
    const { source, sockets, advance } = started
    await advance(5000)
    const socket = await sockets.next()
    source.receive(block('hidden', 1, 'e-9'), block('n', 2, 'e-7'))
    socket.accept(resumed('e-0'))
    const replay = [block('hidden', 1, 'e-9'), ping(), block('n', 2, 'e-7'), block('n', 3, 'e-5')]
    expect(shownAfter(started, socket, replay)).toEqual(['e-7', 'e-7', 'e-7', 'e-5'])
  })
})

describe('the cursor goes elsewhere', () => {
  test('at a gap, also to what was before', async () => {
    const { wire, socket, sockets, advance, told } = await startOpen({}, hello('e-0'))
    socket.receive(block('n', 1, 'e-1'), block('n', 2, 'e-2'))
    socket.end()
    await advance(1000)
    ;(await sockets.next()).accept(hello('e-0', { continuity: 'gap' }))
    expect(told('gap')).toEqual([{ reason: 'expired', from: 'e-2', to: 'e-0' }])
    expect(wire.connection.lastEventId).toBe('e-0')
  })

  test('by nothing else in many hands-over over EventSource, with a type that comes and goes', async () => {
    const { wire, sources, told, advance } = start({ transports: [eventsource] })
    const shown: number[] = []
    const look = () => shown.push(Number(wire.connection.lastEventId?.slice(2)))
    const event = (n: number) => block(n % 3 ? 'n' : 'late', n, `e-${n}`)
    wire.on('n', look)
    let source = await sources.next()
    source.accept(hello('e-0'))

    for (let from = 0; from < 200; from += 10) {
      await advance(6000)
      source.receive(ping())
      wire.connection.reconnect()
      const next = await sources.next()
      const asked = Number(next.url.searchParams.get('last_event_id')?.slice(2))
      for (let n = from + 1; n <= from + 10; n++) source.receive(event(n))

      const unbind = wire.on('late', look)
      next.accept(resumed(`e-${asked}`))
      for (let n = asked + 1; n <= from + 10; n++) {
        next.receive(event(n))
        look()
      }
      unbind()
      source = next
    }
    expect(told('gap')).toEqual([])
    expect(shown).toEqual([...shown].sort((a, b) => a - b))
    expect(shown.at(-1)).toBe(200)
  })
})
