// Found by review: a server empties the cursor under plain.
import { describe, expect, test } from 'vitest'
import { eventsource } from '../../../src/index.ts'
import { startPlain } from '../../support/fake-wire.ts'

const event = (n: number) => `id: e-${n}\ndata: ${n}\n\n`

describe('plain, with resume: a server that empties the cursor', () => {
  test('and repeats events does not have them delivered twice', async () => {
    const { sources, got } = startPlain({
      transports: [eventsource],
      plainly: { resume: 'query' },
    })
    const source = await sources.next()
    source.accept(event(1) + event(2))
    source.receive('id\ndata: 0\n\n')
    source.receive(event(1) + event(2) + event(3))
    expect(got).toEqual([1, 2, 0, 3])
  })

  test('does not have a hand-over repeat what came since it began', async () => {
    const { sources, wire, got } = startPlain({
      transports: [eventsource],
      plainly: { resume: 'query' },
    })
    const one = await sources.next()
    one.accept(event(1))
    wire.connection.reconnect()
    const two = await sources.next()
    one.receive(`${event(2)}id:\ndata: 0\n\n`)
    two.accept(event(2) + event(3))
    expect(got).toEqual([1, 2, 0, 3])
  })

  test('has the next connection ask without one, and a gap', async () => {
    const { sources, wire, advance, told } = startPlain({
      transports: [eventsource],
      plainly: { resume: 'query' },
    })
    const source = await sources.next()
    source.accept(`${event(1)}id:\ndata: 0\n\n`)
    expect(wire.connection.lastEventId).toBeUndefined()

    source.fail()
    await advance(5000)
    const next = await sources.next()
    expect(next.url.searchParams.get('last_event_id')).toBeNull()

    next.accept(event(1))
    expect(told('gap')).toMatchObject([{ reason: 'unknown' }])
    expect(wire.connection.lastEventId).toBe('e-1')
  })
})
