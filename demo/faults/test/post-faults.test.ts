// Lasting faults that strike every POST and spare the stream.
import { describe, expect, test } from 'vitest'
import { type FaultState, faultPresets, healthyState } from '../index.ts'
import { PREFLIGHT, REQUESTS } from './dial.ts'
import { FIRST, SECOND } from './origin.ts'
import { startWorld, type World } from './world.ts'

const ROUNDS = 3

/** Opens a stream, and sets the faults after it. */
async function startStream(state: Partial<FaultState>) {
  const world = await startWorld()
  const stream = await world.dial(REQUESTS.eventsource)
  await stream.receives(FIRST)
  const answer = await world.origin.answer()
  world.proxy.set(state)

  return {
    ...world,
    async streamGoesOn() {
      await answer.more()
      await stream.receives(SECOND)
      expect(world.proxy.connections.eventsource).toBe(1)
      expect(world.seen.filter(({ kind }) => kind === 'eventsource')).toHaveLength(1)
    },
    /** The requests that reached the origin after the stream's. */
    posts: () => world.origin.answers.slice(1),
  }
}

/** Sends a POST on a new connection. @returns what came back until the end. */
async function postRaw({ dial }: Pick<World, 'dial'>): Promise<string> {
  const client = await dial(REQUESTS.post)
  await client.ended
  return client.received
}

describe('every POST, the stream untouched', () => {
  test.each([400, 401, 403, 408, 413, 425, 429, 500, 502, 503, 504])(
    'is answered %d',
    async (rejectStatus) => {
      const { streamGoesOn, posts, ...world } = await startStream({ post: 'reject', rejectStatus })
      for (let round = 0; round < ROUNDS; round += 1) {
        expect(await postRaw(world)).toMatch(`HTTP/1.1 ${rejectStatus} `)
      }
      await streamGoesOn()
      expect(posts()).toEqual([])
    },
  )

  test('is reset', async () => {
    const { streamGoesOn, posts, ...world } = await startStream({ post: 'refuse' })
    for (let round = 0; round < ROUNDS; round += 1) expect(await postRaw(world)).toBe('')
    await streamGoesOn()
    expect(posts()).toEqual([])
  })

  test('is never answered', async () => {
    const { streamGoesOn, posts, dial, fence, proxy } = await startStream({ post: 'hang' })
    const clients = await Promise.all(Array.from({ length: ROUNDS }, () => dial(REQUESTS.post)))
    await fence()
    await streamGoesOn()
    expect(clients.map(({ received }) => received)).toEqual(clients.map(() => ''))
    expect(proxy.connections.post).toBe(ROUNDS)
    expect(posts()).toEqual([])
  })
})

describe('every POST is redirected', () => {
  test.each([301, 302, 303, 307, 308])('%d leads to the same URL, marked', async (rejectStatus) => {
    const { streamGoesOn, posts, ...world } = await startStream({ post: 'reject', rejectStatus })
    for (let round = 0; round < ROUNDS; round += 1) {
      const received = await postRaw(world)
      expect(received).toMatch(`HTTP/1.1 ${rejectStatus} `)
      expect(received).toContain('\r\nLocation: /live?ticket=secret&fault_redirected\r\n')
      // Or else no page of another origin may follow it.
      expect(received).toContain('\r\nAccess-Control-Allow-Origin: http://page.test\r\n')
    }
    await streamGoesOn()
    expect(posts()).toEqual([])
  })

  test.each([
    [301, 'GET', ''],
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', 'hello'],
    [308, 'POST', 'hello'],
  ])('%d, followed, arrives as %s', async (rejectStatus, method, body) => {
    const { proxy, origin, posts, streamGoesOn } = await startStream({
      post: 'reject',
      rejectStatus,
    })

    for (let round = 1; round <= ROUNDS; round += 1) {
      const answered = fetch(`${proxy.url}/live`, { method: 'POST', body: 'hello' })
      const answer = await origin.answer(round)
      await answer.more()
      answer.end()
      const response = await answered
      expect(await response.text()).toContain(SECOND)
      expect(response.redirected).toBe(true)
    }

    const arrived = { method, body, url: '/live?fault_redirected' }
    expect(posts()).toMatchObject(Array.from({ length: ROUNDS }, () => arrived))
    await streamGoesOn()
  })

  test('no other status leads anywhere', async () => {
    const { proxy, ...world } = await startWorld({ post: 'reject' })
    for (const rejectStatus of [200, 300, 304, 305, 306, 309]) {
      proxy.set({ rejectStatus })
      expect(await postRaw(world)).not.toContain('Location')
    }
  })

  test('the mark protects from no other fault', async () => {
    const { dial } = await startWorld({ post: 'refuse' })
    const client = await dial(REQUESTS.post.replace('secret', 'secret&fault_redirected'))
    await client.ended
    expect(client.received).toBe('')
  })
})

test.each(faultPresets.filter(({ name }) => /^post-|^answers-lost$/.test(name)))(
  'the preset $name strikes POST alone',
  async ({ state, cut }) => {
    const { proxy, streamGoesOn, dial } = await startStream(state)
    if (cut) proxy.cut(cut)
    expect(state.post).not.toBe('pass')
    expect({ ...state, post: 'pass', rejectStatus: 503 }).toEqual(healthyState)
    await (await dial(PREFLIGHT)).receives(SECOND)
    await streamGoesOn()
  },
)
