// A codec whose `decode` acts on the wire: what was being read belongs to a connection that is gone.
import { describe, expect, test } from 'vitest'
import { json } from '../../../src/index.ts'
import { block, resumed } from '../../support/dialogue.ts'
import { startOpen } from '../../support/fake-wire.ts'

const TRIGGER = -1

/** A codec that acts as soon as it decodes `TRIGGER`; `isBroken`: then it throws. */
function actingCodec(act: () => void, isBroken: boolean) {
  return {
    ...json,
    decode(text: string) {
      const data = json.decode(text)
      if (data !== TRIGGER) return data
      act()
      if (isBroken) throw new RangeError('in the codec')
      return data
    },
  }
}

describe.each([
  ['returns', false],
  ['throws', true],
])('a decode that %s', (_, isBroken) => {
  test('may close the wire: nothing is emitted after that', async () => {
    const late: unknown[] = []
    const codec = actingCodec(() => {
      started.wire.close()
      started.wire.on('n', (data) => late.push(data))
    }, isBroken)
    const started = await startOpen({ codec })

    started.socket.receive(block('n', TRIGGER, 'e-1') + block('n', 2, 'e-2'))
    await started.settle()
    expect(late).toEqual([])
    expect(started.told('error')).toEqual([])
    expect(started.told('gap')).toEqual([])
    expect(started.wire.connection.lastEventId).toBe('e-1')
  })

  test('may restart the wire: the event is dropped, and the new cursor stays', async () => {
    const codec = actingCodec(
      () => started.wire.connection.restart({ lastEventId: 's-5' }),
      isBroken,
    )
    const started = await startOpen({ codec })

    started.socket.receive(block('n', TRIGGER, 'e-1') + block('n', 2, 'e-2'))
    expect(started.ids()).toEqual([])
    expect(started.told('error')).toEqual([])
    expect(started.told('gap')).toEqual([])
    expect(started.wire.connection.lastEventId).toBe('s-5')

    const second = await started.sockets.next()
    expect(second.url.searchParams.get('last_event_id')).toBe('s-5')
    second.accept(resumed('s-5') + block('n', 6, 's-6'))
    expect(started.ids()).toEqual(['s-6'])
  })
})
