// The store in memory: ids, bounds, and the memory of clients.
import { describe, expect, test } from 'vitest'
import { createMemoryStore } from '../index.ts'

const numberOf = (id: string) => Number(id.split('-')[1])

describe('the log', () => {
  test('gives ids of one epoch that are unique and count up', async () => {
    const { log } = createMemoryStore()
    const ids = [await log.append('a', '1'), await log.append('a', '2'), await log.append('b', '3')]
    expect(ids.map(numberOf)).toEqual([1, 2, 3])
    expect(new Set(ids.map((id) => id.split('-')[0])).size).toBe(1)
    expect(ids.every((id) => /^[!-~]{1,128}$/.test(id))).toBe(true)
  })

  test('has another epoch in each log, and after a reset', async () => {
    const one = createMemoryStore().log
    const two = createMemoryStore().log
    const ids = [await one.append('a', ''), await two.append('a', '')]
    one.reset()
    ids.push(await one.append('a', ''))
    expect(new Set(ids).size).toBe(3)
  })

  test('keeps no more events than maxEvents', async () => {
    const { log } = createMemoryStore({ maxEvents: 3 })
    for (const data of ['1', '2', '3', '4', '5']) await log.append('a', data)
    expect(log.events.map(({ data }) => data)).toEqual(['3', '4', '5'])
  })

  test('keeps no more bytes of types and data than maxBytes, in UTF-8', async () => {
    const { log } = createMemoryStore({ maxBytes: 10 })
    await log.append('a', '\u00e4\u00e4')
    await log.append('a', '\u00e4\u00e4')
    expect(log.events).toHaveLength(2)
    await log.append('b', '')
    expect(log.events.map(({ type }) => type)).toEqual(['a', 'b'])
    await log.append('c', 'more than ten bytes')
    expect(log.events).toEqual([])
  })

  test('knows where it stands when nothing is retained any more', async () => {
    const { log } = createMemoryStore({ maxBytes: 10 })
    const before = await log.append('a', '1')
    const gone = await log.append('b', 'more than ten bytes')
    expect(await log.locate(before)).toEqual({ continuity: 'gap', cursor: gone })
    expect(await log.locate(gone)).toEqual({ continuity: 'resumed', cursor: gone })
    const next = await log.append('c', '')
    expect(await log.readAfter(gone, 100)).toEqual([expect.objectContaining({ id: next })])
  })

  test('reads as many events as fit, but at least one', async () => {
    const { log } = createMemoryStore()
    const { cursor } = await log.locate(undefined)
    for (const data of ['123', '456', '789']) await log.append('a', data)
    const read = async (maxBytes: number) => (await log.readAfter(cursor, maxBytes))?.length
    expect([await read(1), await read(4), await read(8), await read(12)]).toEqual([1, 1, 2, 3])
  })

  test('says that it cannot read after a cursor that it does not retain', async () => {
    const { log } = createMemoryStore({ maxEvents: 1 })
    const { cursor } = await log.locate(undefined)
    await log.append('a', '1')
    await log.append('a', '2')
    expect(await log.readAfter(cursor, 100)).toBeUndefined()
    expect(await log.readAfter('elsewhere-1', 100)).toBeUndefined()
  })

  test('reads after each event it retains, however many were dropped before', async () => {
    const { log } = createMemoryStore({ maxEvents: 7 })
    const ids: string[] = []
    for (let n = 1; n <= 50; n += 1) {
      ids.push(await log.append('a', String(n)))
      const retained = ids.slice(-7)
      expect(log.events.map(({ id }) => id)).toEqual(retained)
      for (const [index, cursor] of retained.entries()) {
        const after = await log.readAfter(cursor, 1_000)
        expect(after?.map(({ id }) => id)).toEqual(retained.slice(index + 1))
        expect(await log.locate(cursor)).toEqual({ continuity: 'resumed', cursor })
      }
    }
  })

  test('calls its listener at each append, until the listener is removed', async () => {
    const { log } = createMemoryStore()
    let appends = 0
    const stop = log.onAppend(() => appends++)
    await log.append('a', '1')
    await log.append('a', '2')
    stop()
    await log.append('a', '3')
    expect(appends).toBe(2)
  })
})

describe('the memory of clients', () => {
  const reply = (value: unknown) => ({ reply: value })

  test('keeps the highest number and the outcomes', async () => {
    const { clients } = createMemoryStore()
    expect(await clients.highest('a')).toBe(0)
    await clients.remember('a', 3, reply('x'))
    await clients.remember('a', 7, reply('y'))
    expect(await clients.highest('a')).toBe(7)
    expect(await clients.outcome('a', 3)).toEqual(reply('x'))
    expect(await clients.outcome('a', 4)).toBeUndefined()
    expect(await clients.highest('b')).toBe(0)
  })

  test('keeps the latest outcomes only', async () => {
    const { clients } = createMemoryStore({ maxOutcomes: 2 })
    for (const seq of [1, 2, 3]) await clients.remember('a', seq, reply(seq))
    expect(await clients.outcome('a', 1)).toBeUndefined()
    expect(await clients.outcome('a', 2)).toEqual(reply(2))
    expect(await clients.highest('a')).toBe(3)
  })

  test('forgets the client that was silent for longest', async () => {
    const { clients } = createMemoryStore({ maxClients: 2 })
    await clients.remember('a', 1, reply(1))
    await clients.remember('b', 1, reply(1))
    await clients.remember('a', 2, reply(2))
    await clients.remember('c', 1, reply(1))
    expect(await clients.highest('a')).toBe(2)
    expect(await clients.highest('b')).toBe(0)
    expect(await clients.highest('c')).toBe(1)
  })

  test('does the work of one client in turn, and of two at the same time', async () => {
    const { clients } = createMemoryStore()
    const steps: string[] = []
    let release = () => {}
    const blocked = new Promise<void>((resolve) => {
      release = resolve
    })
    const first = clients.exclusive('a', async () => {
      steps.push('a1 begins')
      await blocked
      steps.push('a1 ends')
      throw new Error('failed')
    })
    const second = clients.exclusive('a', async () => steps.push('a2'))
    await clients.exclusive('b', async () => steps.push('b'))
    release()

    await expect(first).rejects.toThrow('failed')
    await second
    expect(steps).toEqual(['a1 begins', 'b', 'a1 ends', 'a2'])
  })
})

test.each([
  ['maxEvents', 0],
  ['maxBytes', 1.5],
  ['maxClients', Number.NaN],
  ['maxOutcomes', -1],
])('refuses %s %d and names it', (name, value) => {
  expect(() => createMemoryStore({ [name]: value })).toThrow(name)
})
