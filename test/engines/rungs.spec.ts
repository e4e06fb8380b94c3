/** Each rung carries events and messages, in this engine. */
import { allRungs } from '../e2e/support/client.ts'
import { expect, test } from './fixtures.ts'

for (const rung of allRungs) {
  test(`carries both ways: ${rung}`, async ({ open }) => {
    const world = await open()
    await world.client.connect({ rungs: [rung] })
    await world.client.openOver(rung)
    await world.startTraffic(200, 50)
    await world.client.received(100)
    const { ticks, replies } = await world.expectWhole()
    expect(ticks.length).toBeGreaterThanOrEqual(100)
    expect(replies.length).toBeGreaterThan(0)
  })
}

test('a page takes what is undefined as that', async ({ open }) => {
  const { page } = await open()
  const seen = ([one, other]: readonly unknown[]) => [one === undefined, other === null]
  expect(await page.evaluate(seen, [undefined, null])).toEqual([true, true])
})
