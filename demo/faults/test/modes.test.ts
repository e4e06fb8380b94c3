// Each mode for each kind of request.
import { describe, expect, test } from 'vitest'
import { type FaultMode, type FaultState, requestKinds } from '../index.ts'
import { REQUESTS } from './dial.ts'
import { FIRST, SECOND } from './origin.ts'
import { startWorld, type World } from './world.ts'

describe.each(requestKinds)('%s', (kind) => {
  async function start(mode: FaultMode, state: Partial<FaultState> = {}) {
    const world = await startWorld({ ...state, [kind]: mode })
    return { ...world, client: await world.dial(REQUESTS[kind]) }
  }

  async function originSawNothing({ origin, fence }: World): Promise<void> {
    await fence()
    expect(origin.answers).toHaveLength(0)
  }

  test('pass: the answer comes as it is made', async () => {
    const { origin, client, seen, proxy } = await start('pass')
    await client.receives(FIRST)
    expect(client.received).not.toContain(SECOND)

    const answer = await origin.answer()
    expect(answer.url).toBe('/live?ticket=secret')
    expect(answer.body).toBe(kind === 'post' ? 'hello' : '')
    await answer.more()
    await client.receives(SECOND)

    expect(proxy.connections[kind]).toBe(1)
    expect(seen).toEqual([
      {
        kind,
        mode: 'pass',
        method: kind === 'post' ? 'POST' : 'GET',
        path: '/live',
        port: client.socket.localPort,
        atMs: expect.any(Number),
      },
    ])
  })

  test('refuse: reset without an answer', async () => {
    const world = await start('refuse')
    expect(await world.client.ended).toBe('reset')
    expect(world.client.received).toBe('')
    expect(world.seen[0]).toMatchObject({ kind, mode: 'refuse' })
    await originSawNothing(world)
  })

  test('hang: no answer, even after the mode was set back', async () => {
    const world = await start('hang')
    expect(await world.sees()).toMatchObject({ kind, mode: 'hang' })
    world.proxy.set({ [kind]: 'pass' })
    await originSawNothing(world)
    expect(world.client.received).toBe('')
    expect(world.proxy.connections[kind]).toBe(1)
    world.client.socket.end()
    await world.client.ended
    expect(world.client.received).toBe('')
  })

  test('mute: the head and nothing after it', async () => {
    const { origin, client, proxy, fence } = await start('mute')
    await client.receives('\r\n\r\n')
    const answer = await origin.answer()
    await answer.more()
    answer.end()
    await fence()
    proxy.cut()
    expect(await client.ended).toBe('reset')
    expect(client.received).toMatch(/^HTTP\/1\.1 (101|200) /)
    expect(client.received.endsWith('\r\n\r\n')).toBe(true)
    expect(client.received).not.toContain('id:')
  })

  test('mute: the client gives up', async () => {
    const { origin, client, counts } = await start('mute')
    await client.receives('\r\n\r\n')
    const answer = await origin.answer()
    client.socket.end()
    await counts((now) => now[kind] === 0)
    await answer.gone
  })

  test('cut-after-open: reset a while after the first bytes', async () => {
    const cutAfterMs = 30
    const beganAtMs = performance.now()
    const { origin, client } = await start('cut-after-open', { cutAfterMs })
    const { gone } = await origin.answer()
    expect(await client.ended).toBe('reset')
    expect(performance.now() - beganAtMs).toBeGreaterThanOrEqual(cutAfterMs)
    expect(client.received).toContain(FIRST)
    await gone
  })

  test('cut-after-open: cut right after the first bytes', async () => {
    const { origin, client } = await start('cut-after-open', { cutAfterMs: 0 })
    const { gone } = await origin.answer()
    // Node itself may take a reset that comes with the last bytes for an end.
    await client.ended
    expect(client.received).toContain(FIRST)
    expect(client.received).not.toContain('\r\n0\r\n')
    await gone
  })

  test('buffer: the body only when the answer has ended', async () => {
    const { origin, client, fence } = await start('buffer')
    await client.receives('\r\n\r\n')
    const answer = await origin.answer()
    await answer.more()
    await fence()
    expect(client.received.endsWith('\r\n\r\n')).toBe(true)
    answer.end()
    await client.receives(SECOND)
    expect(client.received.indexOf(FIRST)).toBeLessThan(client.received.indexOf(SECOND))
  })

  test('reject: the status, its Retry-After, readable from another origin', async () => {
    const world = await start('reject', { rejectStatus: 429, retryAfter: '7' })
    expect(await world.client.ended).toBe('fin')
    expect(world.client.received).toMatch(/^HTTP\/1\.1 429 Too Many Requests\r\n/)
    expect(world.client.received).toContain('\r\nRetry-After: 7\r\n')
    expect(world.client.received).toContain('\r\nCache-Control: no-store\r\n')
    expect(world.client.received).toContain('\r\nAccess-Control-Allow-Origin: http://page.test\r\n')
    expect(world.client.received).toContain('\r\nAccess-Control-Expose-Headers: Retry-After\r\n')
    await originSawNothing(world)
  })

  test('page: a foreign page', async () => {
    const world = await start('page')
    expect(await world.client.ended).toBe('fin')
    expect(world.client.received).toMatch(/^HTTP\/1\.1 200 OK\r\nContent-Type: text\/html/)
    expect(world.client.received).toMatch(/<\/html>\n$/)
    await originSawNothing(world)
  })

  test('truncate: a clean end inside the second block', async () => {
    const { origin, client } = await start('truncate')
    await client.receives(FIRST)
    const answer = await origin.answer()
    await answer.more()
    expect(await client.ended).toBe('fin')
    await answer.gone
    expect(client.received).toMatch(/\n\n[^\n]*id: 2\nevent: [a-z]*$/)
    expect(client.received).not.toMatch(/^(content-length|transfer-encoding):/im)
  })

  test('truncate: a clean end inside the first block', async () => {
    const { client } = await start('truncate', { truncateAfterBlocks: 0 })
    expect(await client.ended).toBe('fin')
    expect(client.received).toMatch(/id: 1\neven?t?:? ?[a-z]*$/)
  })

  test('lose-answer: the server has it, the client gets a reset', async () => {
    const { origin, client } = await start('lose-answer')
    const answer = await origin.answer()
    expect(answer.body).toBe(kind === 'post' ? 'hello' : '')
    expect(await client.ended).toBe('reset')
    expect(client.received).toBe('')
  })

  test('the other kinds pass', async () => {
    const { dial } = await start('refuse')
    for (const other of requestKinds) {
      if (other === kind) continue
      const client = await dial(REQUESTS[other])
      await client.receives(FIRST)
    }
  })
})
