// Ids of servers that know nothing of Steadywire: any text, but not of any length.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll } from '../../../src/index.ts'
import { block } from '../../support/dialogue.ts'
import { startPlain } from '../../support/fake-wire.ts'

const LONGEST = 1024

describe('an id', () => {
  test.each([LONGEST, LONGEST + 1, 100_000])(
    'of %i characters in a polled stream is the cursor, or none where it is too long',
    async (length) => {
      const { polls, ids, wire } = startPlain({ transports: [longpoll] })
      const id = 'i'.repeat(length)
      ;(await polls.next()).answer({ body: block('n', 1, 'e-1') + block('n', 2, id) })
      const next = (await polls.soon()).url.searchParams.get('lastEventId')
      const isTaken = length <= LONGEST
      expect(ids()).toEqual(['e-1', isTaken ? id : ''])
      expect(next).toBe(isTaken ? id : 'e-1')
      expect(wire.connection.lastEventId).toBe(next)
    },
  )

  test('that is too long on an EventSource is none; its event arrives', async () => {
    const { sources, ids, wire } = startPlain({
      transports: [eventsource],
      plainly: { resume: 'query' },
    })
    const source = await sources.next()
    source.accept(block('n', 1, 'e-1') + block('n', 2, 'i'.repeat(LONGEST + 1)))
    source.receive(block('n', 3, 'e-3'))
    expect(ids()).toEqual(['e-1', '', 'e-3'])
    expect(wire.connection.lastEventId).toBe('e-3')
  })
})

test('one that comes again is the last event ID again', async () => {
  const { sources, ids, wire } = startPlain({ transports: [eventsource] })
  const source = await sources.next()
  source.accept(block('n', 1, 'a') + block('n', 2, 'b') + block('n', 3, 'a'))
  expect(ids()).toEqual(['a', 'b', 'a'])
  expect(wire.connection.lastEventId).toBe('a')
})
