// The cursor: the last id, and a bounded window of those before it.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createCursor } from '../../../src/downstream/cursor.ts'

const ids = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `e-${from + index}`)

describe('the cursor', () => {
  test('begins where it is told, which counts as delivered', () => {
    const cursor = createCursor('e-5')
    expect(cursor.id()).toBe('e-5')
    expect(cursor.has('e-5')).toBe(true)
    expect(cursor.accept('e-5')).toBe(false)
  })

  test('begins nowhere', () => {
    const cursor = createCursor('')
    expect(cursor.id()).toBeUndefined()
    expect(cursor.has('')).toBe(false)
    expect(cursor.accept('')).toBe(false)
    expect(cursor.id()).toBeUndefined()
  })

  test('takes each id once, and moves to it', () => {
    const cursor = createCursor('')
    expect(cursor.accept('a')).toBe(true)
    expect(cursor.accept('b')).toBe(true)
    expect(cursor.accept('a')).toBe(false)
    expect(cursor.id()).toBe('b')
  })

  test('takes ids that are names of every object', () => {
    const cursor = createCursor('')
    for (const id of ['__proto__', 'constructor', 'toString']) {
      expect(cursor.has(id)).toBe(false)
      expect(cursor.accept(id)).toBe(true)
      expect(cursor.accept(id)).toBe(false)
    }
  })

  test('forgets its window when it goes on from elsewhere', () => {
    const cursor = createCursor('a')
    cursor.accept('b')
    cursor.reset('z')
    expect(cursor.id()).toBe('z')
    expect(['a', 'b', 'z'].map(cursor.has)).toEqual([false, false, true])
    expect(cursor.accept('a')).toBe(true)
  })

  test('forgets all of a full window when it goes on from elsewhere', () => {
    const cursor = createCursor('', undefined, 3)
    const all = ids(0, 5)
    for (const id of all) cursor.accept(id)
    cursor.reset('z')
    expect(all.filter(cursor.has)).toEqual([])
  })

  test('is where it was once a replay has caught up, whatever came in between', () => {
    const cursor = createCursor('')
    for (const id of ['a', 'b', 'c']) cursor.accept(id)
    cursor.resume('a')
    expect(cursor.accept('x')).toBe(true)
    expect(cursor.id()).toBe('x')
    expect(cursor.accept('c')).toBe(false)
    expect(cursor.id()).toBe('c')
    expect(cursor.accept('b')).toBe(false)
    expect(cursor.id()).toBe('c')
  })

  test('is where it was also where an earlier replay never caught up', () => {
    const cursor = createCursor('a')
    cursor.accept('hidden') // announced: over EventSource it does not come again
    cursor.resume('a')
    for (const id of ['b', 'c', 'd']) cursor.accept(id)
    cursor.resume('b')
    cursor.accept('x') // hidden so far
    cursor.accept('d')
    expect(cursor.id()).toBe('d')
  })

  test('is amid a replay what came last, and shown as the furthest', () => {
    const cursor = createCursor('')
    for (const id of ['a', 'b', 'c', 'd']) cursor.accept(id)
    cursor.resume('a')
    const at = ['b', 'x', 'c', 'd', 'c', 'e'].map((id) => {
      cursor.accept(id)
      return [cursor.id(), cursor.shown()]
    })
    expect(at.map(([id]) => id)).toEqual(['b', 'x', 'c', 'd', 'd', 'e'])
    expect(at.map(([, shown]) => shown)).toEqual(['d', 'd', 'd', 'd', 'd', 'e'])
  })

  test('may go on from an id that it has just taken', () => {
    const cursor = createCursor('a')
    cursor.reset('a')
    expect(cursor.id()).toBe('a')
    expect(cursor.accept('a')).toBe(false)
  })

  describe.each([1, 2, 3, 10])('of size %i', (size) => {
    const ascending = ids(100, 100 + size * 7)
    const shuffled = ascending.map((_, index) => ids(0, 71)[(index * 31) % 71] as string)

    test.each([
      ['ascend', ascending],
      ['descend', [...ascending].reverse()],
      ['are in no order', shuffled],
    ])(
      'knows that many of the last ids at least, and no more than twice as many, where they %s',
      (_, all) => {
        const cursor = createCursor('', undefined, size)
        for (const [index, id] of all.entries()) {
          expect(cursor.accept(id)).toBe(true)
          const known = all.slice(0, index + 1).map((one) => cursor.has(one))
          expect(known.slice(-size)).toEqual(Array(Math.min(size, index + 1)).fill(true))
          expect(known.filter(Boolean).length).toBeLessThanOrEqual(2 * size)
          // What is forgotten is the oldest: all ids after one that is known are known too.
          expect(known.lastIndexOf(false)).toBeLessThanOrEqual(known.indexOf(true))
        }
        expect(all.slice(-size).map(cursor.accept)).toEqual(Array(size).fill(false))
      },
    )
  })

  test('knows five hundred by default', () => {
    const cursor = createCursor('')
    const all = ids(0, 5000)
    for (const id of all) cursor.accept(id)
    expect(all.slice(-500).every(cursor.has)).toBe(true)
    expect(all.filter(cursor.has).length).toBeLessThanOrEqual(1000)
  })

  test('behaves as a list of all ids does, within its window', () => {
    // Of one and of two digits: their order is one of length, then of code units. And any others among them.
    const counted = fc.integer({ min: 6, max: 14 }).map((number) => `e-${number}`)
    const others = ['a', 'é', '\uD83D', '\uDE00', '\u{1F600}', '\0', ' ', 'zz', '10', '9']
    const id = fc.oneof(counted, fc.constantFrom(...others))
    const act = fc.tuple(fc.constantFrom('take', 'take', 'take', 'has', 'reset'), id)
    fc.assert(
      fc.property(fc.array(act), (acts) => {
        const cursor = createCursor('')
        let list: string[] = []
        for (const [name, one] of acts) {
          if (name === 'has') expect(cursor.has(one)).toBe(list.includes(one))
          if (name === 'take') {
            expect(cursor.accept(one)).toBe(!list.includes(one))
            if (!list.includes(one)) list.push(one)
          }
          if (name === 'reset') {
            cursor.reset(one)
            list = [one]
          }
          expect(cursor.id()).toBe(list.at(-1))
        }
      }),
    )
  })
})
