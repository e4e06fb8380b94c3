/** MessagePack both ways over each transport, through resets: nothing is lost, doubled or reordered. */
import { encode } from '@msgpack/msgpack'
import { expect, test } from './fixtures.ts'
import { type Rung, rungs } from './support/client.ts'
import { cutStream } from './support/cut.ts'

const RESETS = 4
/** So many ticks come between one reset and the next. */
const TICKS_BETWEEN = 30

const CASES: readonly (readonly [string, readonly Rung[]])[] = [
  ...rungs.map((rung) => [rung, [rung]] as const),
  ['all three', rungs],
]

for (const [name, chosen] of CASES) {
  test(`bytes at 200 events/s down and 50/s up, through resets: ${name}`, async ({ world }) => {
    const { client, load, proxy, page } = world
    load.format = (tick) => encode(tick)
    await page.addScriptTag({ url: '/codecs.js' })
    await client.connect({ rungs: chosen, codec: 'msgpack', minDelayMs: 50, maxDelayMs: 200 })
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
