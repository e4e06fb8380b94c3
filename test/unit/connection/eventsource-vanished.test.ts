// An EventSource that the browser closes without any event, as Firefox does where a download begins.
import { describe, expect, test } from 'vitest'
import { eventsource } from '../../../src/index.ts'
import { block, hello, ping, resumed } from '../../support/dialogue.ts'
import { type Started, start, startPlain } from '../../support/fake-wire.ts'

const NOTICED_MS = 15_000
/** Not one of the long waits after a refusal: nobody refused anything. */
const SOON_MS = 5000

const isLost = ({ wire }: Started) => wire.connection.state !== 'open'

describe('a closed EventSource', () => {
  test('is noticed within 15 s, however rare the heartbeat, and the stream goes on', async () => {
    const started = start({ transports: [eventsource] })
    const { sources, advance, advanceUntil, told, ids } = started
    const source = await sources.next()
    source.accept(hello('e-0', { heartbeatMs: 300_000 }))
    source.receive(block('n', 1, 'e-1'))
    await advance(9000)
    source.vanish()

    expect(await advanceUntil(() => isLost(started), NOTICED_MS)).toBe(true)
    const delayMs = told('retry')[0]?.delayMs ?? 0
    expect(delayMs).toBeLessThanOrEqual(SOON_MS)
    await advance(Math.ceil(delayMs))
    const second = await sources.next()
    expect(second.url.searchParams.get('last_event_id')).toBe('e-1')
    second.accept(resumed('e-1') + block('n', 2, 'e-2'))
    expect(ids()).toEqual(['e-1', 'e-2'])
    expect(told('gap')).toEqual([])
  })

  test('is noticed within 15 s in front of a plain server without a heartbeat', async () => {
    const started = startPlain({ transports: [eventsource] })
    const { sources, advance, advanceUntil, told, got } = started
    const source = await sources.next()
    source.accept('data: 1\n\n')
    await advance(3_600_000)
    source.vanish()

    expect(await advanceUntil(() => isLost(started), NOTICED_MS)).toBe(true)
    expect(told('retry')[0]?.delayMs).toBeLessThanOrEqual(SOON_MS)
    ;(await sources.soon()).accept('data: 2\n\n')
    expect(got).toEqual([1, 2])
  })

  test('is noticed again, and again', async () => {
    const started = startPlain({ transports: [eventsource] })
    const { sources, advanceUntil } = started
    for (let time = 0; time < 3; time++) {
      const source = await sources.soon()
      source.open()
      source.vanish()
      expect(await advanceUntil(() => isLost(started), NOTICED_MS)).toBe(true)
    }
  })

  test('is noticed while it connects, at the latest by the connect timeout', async () => {
    const { sources, advance, wire } = start({ transports: [eventsource] })
    ;(await sources.next()).vanish()
    await advance(10_000)
    expect(wire.connection.attempts).toMatchObject([{ outcome: 'ended' }])
  })
})

describe('an open EventSource', () => {
  test('is left alone, however long it is silent', async () => {
    const { sources, advance, wire, told } = startPlain({ transports: [eventsource] })
    ;(await sources.next()).open()
    await advance(86_400_000)
    expect(wire.connection.state).toBe('open')
    expect(told('retry')).toEqual([])
  })

  test('leaves no timer when the wire is closed', async () => {
    const { sources, advance, wire, alive } = start({ transports: [eventsource] })
    const source = await sources.next()
    source.accept(hello())
    await advance(20_000)
    source.receive(ping())
    wire.close()
    expect(alive()).toEqual([])
  })
})
