/** Each transport forced: what an application gets over it, and what its first event costs. */
import { expect, test } from './fixtures.ts'
import { type Rung, rungs } from './support/client.ts'

for (const rung of rungs) {
  test(`${rung}: events, replies, a refusal and ephemeral events`, async ({ world }) => {
    const { client, load, backend, requests } = world
    await client.connect({ rungs: [rung] })
    await client.openOver(rung)
    await load.publish(3)
    await client.received(3)

    expect(await client.send('echo', 1)).toBe(1)
    expect(await client.send('refuse', 2)).toBe('refused')
    expect(await client.send('echo', 3)).toBe(3)
    expect(backend.journal.processed).toEqual([1, 2, 3])

    // An ephemeral event reaches who is connected now: a poll must be waiting.
    await expect.poll(() => backend.server.connections.size).toBe(1)
    await backend.server.publish('note', '{"n":7}', { ephemeral: true })
    await load.publish(1)
    await client.received(4)
    const { notes, happenings } = await client.recording()
    expect(notes).toEqual([{ n: 7, id: '' }])
    expect(happenings.filter(({ type }) => type === 'open')).toMatchObject([
      { detail: { transport: rung, continuity: 'fresh' } },
    ])
    const troubles = ['gap', 'retry', 'error']
    expect(happenings.filter(({ type }) => troubles.includes(type))).toEqual([])
    const kinds = new Set(requests.map(({ kind }) => kind))
    expect(kinds).toEqual(rung === 'websocket' ? new Set([rung]) : new Set([rung, 'post', 'other']))
    await world.expectDown()
  })
}

/** Only what fails brings on the next transport, not what is slow on a busy machine. */
const ALONE = { attemptDelayMs: 60_000 }

const CHOICES: readonly (readonly [string, readonly Rung[], Rung])[] = [
  ...rungs.map((rung) => [`${rung} forced`, [rung], rung] as const),
  ['unforced', rungs, 'websocket'],
]

for (const [name, chosen, first] of CHOICES) {
  test(`the first event costs one request: ${name}`, async ({ world }) => {
    const { client, load, backend, proxy, requests } = world
    await load.publish(2)
    // From the second request on nothing is answered: whatever comes, comes with the first.
    proxy.onRequest(() => proxy.set({ network: 'silent' }))
    const lastEventId = String(backend.journal.ticks[0]?.id)
    await client.connect({ ...ALONE, rungs: chosen, lastEventId })
    await client.received(2)

    const { first: snapshot, ticks, happenings } = await client.recording()
    expect(ticks.map(({ n }) => n)).toEqual([2])
    expect(snapshot?.attempts).toMatchObject([{ transport: first, outcome: 'active' }])
    expect(requests[0]).toMatchObject({ kind: first, method: 'GET' })
    expect(happenings.find(({ type }) => type === 'open')).toMatchObject({
      detail: { transport: first, continuity: 'resumed' },
    })
  })
}

for (const [name, chosen, first] of CHOICES.filter(([, , rung]) => rung !== 'longpoll')) {
  test(`so it does without a cursor: ${name}`, async ({ world }) => {
    const { client, load, proxy, requests } = world
    proxy.onRequest(() => proxy.set({ network: 'silent' }))
    await client.connect({ ...ALONE, rungs: chosen })
    await client.openOver(first)
    await load.publish(1)
    await client.received(1)
    expect(requests).toMatchObject([{ kind: first, method: 'GET' }])
  })
}

test('longpoll without a cursor: one poll that proves it, one that brings the event', async ({
  world,
}) => {
  const { client, load, requests } = world
  await client.connect({ rungs: ['longpoll'] })
  await expect.poll(() => requests.length).toBe(2)
  await load.publish(1)
  await client.received(1)
  expect((await client.recording()).first?.attempts.length).toBe(1)
})
