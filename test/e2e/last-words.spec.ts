/** What a page sends in the moment in which it is left still arrives, over each transport, once. */
import { expect, test } from './fixtures.ts'
import { rungs } from './support/client.ts'
import type { World } from './support/world.ts'

const LEAVING = ['pagehide', 'visibilitychange'] as const

/** Opens the stream without the proxy, on the page's own origin: no preflight may come too late. */
async function openAtHome({ client, page }: World, rung: (typeof rungs)[number]): Promise<void> {
  await page.evaluate((name) => lab.connect('/live', { transports: [steadywire[name]] }), rung)
  await client.openOver(rung)
}

for (const rung of rungs) {
  for (const event of LEAVING) {
    test(`${rung}: what is sent in the page's ${event} listener arrives`, async ({ world }) => {
      const { page, backend } = world
      await openAtHome(world, rung)
      await page.evaluate((type) => {
        addEventListener(
          type,
          () => {
            for (const n of [1, 2, 3]) lab.wire.send('echo', { n }).catch(() => {})
          },
          { once: true, capture: true },
        )
      }, event)

      await page.goto(`${backend.origin}/elsewhere`)
      await expect.poll(() => backend.journal.processed).toEqual([1, 2, 3])
      expect(backend.journal.errors).toEqual([])
    })
  }

  test(`${rung}: what waits for an answer when the page is left is processed once`, async ({
    world,
  }) => {
    const { page, backend } = world
    await openAtHome(world, rung)
    await page.evaluate(() => {
      for (const n of [1, 2, 3]) lab.wire.send('echo', { n }).catch(() => {})
    })

    await page.goto(`${backend.origin}/elsewhere`)
    await expect.poll(() => backend.journal.processed).toEqual([1, 2, 3])
    expect(backend.journal.errors).toEqual([])
  })
}
