// Found by review: a ping amid a replay over EventSource.
import { describe, expect, test } from 'vitest'
import { eventsource } from '../../../src/index.ts'
import { block, hello, ping, resumed } from '../../support/dialogue.ts'
import { start } from '../../support/fake-wire.ts'

describe('a ping amid a replay over EventSource', () => {
  const shown = async (...replay: readonly string[]) => {
    const { wire, sources } = start({ transports: [eventsource] })
    const one = await sources.next()
    one.accept(hello('e-0'))
    wire.connection.reconnect()
    const two = await sources.next() // asks from e-0
    one.receive(block('n', 1, 'e-1') + block('n', 2, 'e-2') + block('n', 3, 'e-3'))
    two.accept(resumed('e-0'))
    return replay.map((text) => {
      two.receive(text)
      return wire.connection.lastEventId
    })
  }

  test('does not move the cursor back', async () => {
    expect(await shown(block('n', 1, 'e-1'), ping(), block('n', 2, 'e-2'), ping())).toEqual(
      Array(4).fill('e-3'),
    )
  })

  test('nor does one that follows what nobody listens to', async () => {
    const quiet = block('hidden', 2, 'e-2') + ping()
    expect(await shown(quiet, block('n', 3, 'e-3'), block('n', 4, 'e-4'))).toEqual([
      'e-3',
      'e-3',
      'e-4',
    ])
  })
})
