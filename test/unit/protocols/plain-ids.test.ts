// Ids of servers that know nothing of Steadywire: any text, but not of any length.
import { describe, expect, test } from 'vitest'
import { createInbound } from '../../../src/downstream/delivery.ts'
import { createEmitter } from '../../../src/emitter.ts'
import { eventsource, json, longpoll, plain } from '../../../src/index.ts'
import type { News } from '../../../src/notifier.ts'
import { checkOptions } from '../../../src/options.ts'
import { block } from '../../support/dialogue.ts'
import { createFakeEnvironment } from '../../support/fake-environment.ts'
import { startPlain } from '../../support/fake-wire.ts'

const LONGEST = 1024

describe('an id', () => {
  test.each([LONGEST, LONGEST + 1, 100_000])(
    'of %i characters in a polled stream is the cursor, or none where it is too long',
    async (length) => {
      const { polls, ids, wire } = startPlain({ transports: [longpoll] })
      const id = 'i'.repeat(length)
      ;(await polls.next()).answer({ body: block('n', 1, 'e-1') + block('n', 2, id) })
      const next = (await polls.next()).url.searchParams.get('last_event_id')
      const isTaken = length <= LONGEST
      expect(ids()).toEqual(['e-1', isTaken ? id : ''])
      expect(next).toBe(isTaken ? id : 'e-1')
      expect(wire.connection.lastEventId).toBe(next)
    },
  )

  test('that is too long on an EventSource is none; its event arrives', async () => {
    const { sources, ids, wire } = startPlain({
      transports: [eventsource],
      plainly: { resumable: true },
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

test('of a server that does not go on after the cursor are few, also after a hand-over', () => {
  const options = checkOptions({ transports: [longpoll], codec: json, protocol: plain() })
  const { environment } = createFakeEnvironment()
  const news: News = { tell() {}, after: (step) => step(), drop() {} }
  const inbound = createInbound(options, createEmitter(environment), news, () => false)
  const deliver = (id: string) => inbound.deliver({ id, type: 'n', data: '1' })
  deliver('a')
  deliver('b')
  inbound.greet({ id: 'a', continuity: 'unknown' }) // which began before b came
  for (let n = 0; n < 2000; n++) deliver(`x-${n}`)
  const { continuity } = inbound.judge({ id: 'x-0', continuity: 'resumed' }, 'x-0')
  expect(continuity).toBe('gap') // it is not known any more
})
