/** A slow network, 300 ms each way and 2 kB a second: it takes its time, and nothing else. */
import { expect, test } from './fixtures.ts'
import { type Rung, rungs } from './support/client.ts'

const CASES: readonly (readonly [string, readonly Rung[], Rung])[] = [
  ['longpoll', ['longpoll'], 'longpoll'],
  ['unforced', rungs, 'websocket'],
]

for (const [name, chosen, settles] of CASES) {
  test(`300 ms and 2 kB/s: ${name}`, async ({ world }) => {
    const { client, load, proxy } = world
    proxy.set({ latencyMs: 300, bytesPerSecond: 2000 })
    await client.connect({ rungs: chosen })
    await client.openOver(settles)
    await world.startTraffic(10, 2)
    await client.received(load.last + 10)
    const { happenings } = await world.expectWhole()
    expect(happenings.filter(({ type }) => type === 'retry')).toEqual([])
  })
}
