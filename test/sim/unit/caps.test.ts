// Ids kept, seen from outside: what a server says again is recognised within the window, and only there (I9).
import { expect, test } from 'vitest'
import { block } from '../../support/dialogue.ts'
import type { TransportName } from '../history.ts'
import { createWorld } from '../world.ts'

/** At least so many ids are known, and no more than twice as many. */
const KNOWN = 500
const PUBLISHED = 1600

const fill = async (transport: TransportName, count: number) => {
  const world = createWorld({
    seed: 1,
    retain: 10_000,
    terms: { frame: 100, body: 100 },
    clients: [{ transports: [transport], dynamicUrl: false, narrow: false, resumes: true }],
  })
  const { clock, servers, history } = world
  const heard = () => history.entries.flatMap((one) => (one.kind === 'event' ? [one.id] : []))
  for (let number = 0; number < count; number++) servers.publish('tick', `${number}`)
  await clock.advanceUntil(() => heard().length === count, 60_000)
  return { ...world, heard }
}

test.each<TransportName>(['websocket', 'eventsource', 'longpoll'])(
  'a client of %s forgets ids, but none too soon',
  async (transport) => {
    const { clock, servers, clients, heard } = await fill(transport, PUBLISHED)
    // All that was kept for a replay is needed no more.
    clients[0]?.wire.connection.reconnect()
    await clock.advance(5000)
    for (let number = 0; number < 2 * KNOWN + 1; number++) servers.publish('tick', '"later"')
    const all = PUBLISHED + 2 * KNOWN + 1
    await clock.advanceUntil(() => heard().length === all, 60_000)
    const ids = heard()
    const again = [ids[0], ids.at(-KNOWN), ids.at(-2)]
    await clock.advance(100)
    for (const talk of servers.talks) {
      talk.say(again.map((id) => block('tick', '0', id)).join(''))
    }
    // No later: a poll goes on from what it was told last.
    await clock.advanceUntil(() => heard().length > ids.length, 5000)
    expect(heard()).toEqual([...ids, ids[0]])
  },
)
