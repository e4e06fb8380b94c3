/** Ten resets under load lose, double and reorder nothing, either way (the promise, "Numbers"). */
import { expect, test } from './fixtures.ts'
import { type Rung, rungs } from './support/client.ts'
import { cutStream } from './support/cut.ts'

const RESETS = 10
/** So many ticks come between one reset and the next. */
const TICKS_BETWEEN = 40

const CASES: readonly (readonly [string, readonly Rung[]])[] = [
  ['eventsource', ['eventsource']],
  ['longpoll', ['longpoll']],
  ['unforced', rungs], // which is WebSocket
]

for (const [name, chosen] of CASES) {
  test(`ten resets at 200 events/s down and 50/s up: ${name}`, async ({ world }) => {
    const { client, load, proxy } = world
    await client.connect({ rungs: chosen, minDelayMs: 50, maxDelayMs: 200 })
    await client.inState('open')
    await world.startTraffic(200, 50)
    for (let reset = 0; reset < RESETS; reset += 1) {
      await client.received(load.last + TICKS_BETWEEN)
      await cutStream(proxy)
    }
    await client.received(load.last + TICKS_BETWEEN)
    const { ticks, replies } = await world.expectWhole()
    expect(ticks.length).toBeGreaterThan(RESETS * TICKS_BETWEEN)
    expect(replies.length).toBeGreaterThan(0)
  })
}
