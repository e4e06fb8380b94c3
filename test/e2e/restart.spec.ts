/** The server restarts: with its memory nothing is missing, without it exactly one gap says so before the next event. */
import { expect, test } from './fixtures.ts'
import { rungs } from './support/client.ts'
import type { Recording } from './support/lab.ts'

const QUICK = { minDelayMs: 50, maxDelayMs: 300 }

const of = ({ happenings }: Recording, type: string) =>
  happenings.filter((happening) => happening.type === type)

const continuities = (recording: Recording) =>
  of(recording, 'open').map(({ detail }) => detail.continuity)

/** The engines' matrix has each of these on each transport. */
const RESTARTS = [
  ['websocket', 'in order', { notice: { reason: 'restart' } }],
  ['longpoll', 'by a crash', {}],
] as const

for (const [rung, name, notice] of RESTARTS) {
  test(`${rung}: a restart ${name}, with memory, resumes`, async ({ world }) => {
    const { client, load, backend } = world
    await client.connect({ ...QUICK, rungs: [rung] })
    await client.openOver(rung)
    await world.startTraffic(100, 50)
    await client.received(load.last + 50)
    await backend.restart({ ...notice, keepMemory: true })
    await client.received(load.last + 50)

    const recording = await world.expectWhole()
    const [first, ...later] = continuities(recording)
    expect(first).toBe('fresh')
    expect(new Set(later)).toEqual(new Set(later.length > 0 ? ['resumed'] : []))

    // A restart that falls between two polls goes unnoticed, as it should.
    if (rung === 'longpoll') return
    expect(later.length).toBeGreaterThan(0)
    expect(of(recording, 'retry')[0]).toMatchObject({
      detail: { cause: { reason: 'server-close', detail: 'restart' } },
    })
  })
}

for (const rung of ['websocket', 'longpoll'] as const) {
  test(`${rung}: a restart without memory gives one gap, before the next event`, async ({
    world,
  }) => {
    const { client, load, backend } = world
    await client.connect({ ...QUICK, rungs: [rung] })
    await client.openOver(rung)
    await load.publish(5)
    await client.received(5)
    await backend.restart({ keepMemory: false })
    await client.happened('gap')
    await load.publish(5)
    await client.received(10)

    const recording = await client.recording()
    const last = backend.journal.ticks[4]?.id
    expect(of(recording, 'gap')).toMatchObject([
      { detail: { reason: 'expired', from: last }, ticks: 5 },
    ])
    expect(continuities(recording)).toEqual(rung === 'longpoll' ? ['fresh'] : ['fresh', 'gap'])
    expect(recording.ticks).toEqual(backend.journal.ticks)
    expect(await client.send('echo', 1)).toBe(1)
  })
}

test.describe('a log of 20 events', () => {
  test.use({ serverOptions: { memory: { maxEvents: 20 } } })

  for (const rung of rungs) {
    test(`${rung}: away for longer than the log reaches back: one gap, then all that is left`, async ({
      world,
    }) => {
      const { client, load, proxy, backend } = world
      await client.connect({ ...QUICK, rungs: [rung] })
      await client.openOver(rung)
      await load.publish(5)
      await client.received(5)
      proxy.set({ network: 'refuse' })
      proxy.cut()
      await client.happened('retry')
      await load.publish(95)
      proxy.set({ network: 'pass' })
      await client.received(100)
      await load.publish(5)
      await client.received(105)

      const recording = await client.recording()
      const { ticks } = backend.journal
      expect(of(recording, 'gap')).toMatchObject([
        { detail: { reason: 'expired', from: ticks[4]?.id, to: ticks[79]?.id }, ticks: 5 },
      ])
      expect(recording.ticks).toEqual([...ticks.slice(0, 5), ...ticks.slice(80)])
    })
  }
})
