// How many ids are remembered while a replay may repeat them.
import { describe, expect, test } from 'vitest'
import { createCursor } from '../../../src/downstream/cursor.ts'

describe('the window while ids may be repeated', () => {
  const fill = (cursor: ReturnType<typeof createCursor>, from: number, to: number) => {
    for (let n = from; n < to; n++) cursor.accept(`e-${n}`)
  }

  test('grows as long as a candidate races, and is as short as before afterwards', () => {
    let racing = true
    const cursor = createCursor('', () => racing, 10)
    fill(cursor, 0, 1000)
    expect(cursor.has('e-0')).toBe(true)
    racing = false
    fill(cursor, 1000, 1020)
    expect(cursor.has('e-0')).toBe(false)
    expect(cursor.has('e-1019')).toBe(true)
  })

  test('grows until a replay has caught up', () => {
    const cursor = createCursor('', undefined, 10)
    fill(cursor, 0, 15)
    cursor.resume('e-3')
    fill(cursor, 100, 200) // hidden so far
    expect(cursor.accept('e-12')).toBe(false)
    cursor.accept('e-14')
    fill(cursor, 200, 220)
    expect(cursor.has('e-12')).toBe(false)
  })

  test('is short again once the end of a replay that was cut again and again has come', () => {
    const cursor = createCursor('', undefined, 10)
    fill(cursor, 0, 15)
    for (let cut = 0; cut < 3; cut++) cursor.resume('e-3')
    cursor.accept('e-14')
    fill(cursor, 100, 200)
    expect(cursor.has('e-100')).toBe(false)
  })

  test('knows what was delivered before a replay for a while after it, however much was hidden until then', () => {
    const cursor = createCursor('', undefined, 10)
    for (let n = 0; n < 100; n += 2) cursor.accept(`e-${n}`)
    cursor.resume('e-0')
    fill(cursor, 1, 100)
    for (let n = 100; n < 109; n++) {
      cursor.accept(`e-${n}`)
      for (const id of ['e-80', 'e-97', 'e-98', 'e-99']) expect(cursor.accept(id)).toBe(false)
    }
  })

  test.each([
    ['no id', ''],
    ['one that is new', 'e-1000'],
    ['the one that the replay ends with', 'e-14'],
  ])('is short again after a ping amid a replay, with %s', (_about, id) => {
    const cursor = createCursor('', undefined, 10)
    fill(cursor, 0, 15)
    cursor.resume('e-3')
    cursor.accept('e-50')
    cursor.advance(id)
    expect(cursor.shown()).toBe(cursor.id())
    fill(cursor, 100, 200)
    expect(cursor.has('e-100')).toBe(false)
    expect(cursor.shown()).toBe('e-199')
  })

  test('is short again where the log goes on from elsewhere amid a replay', () => {
    const cursor = createCursor('', undefined, 10)
    fill(cursor, 0, 15)
    cursor.resume('e-3')
    cursor.reset('e-100')
    fill(cursor, 101, 200)
    expect(cursor.has('e-101')).toBe(false)
  })

  test.each([
    ['before there was an event', '', 'e-0'],
    ['that begins where the cursor is', 'e-0', 'e-0'],
    ['that does not say where it begins', 'e-0', ''],
  ])('does not grow for a replay %s', (_about, start, from) => {
    const cursor = createCursor(start, undefined, 10)
    cursor.resume(from)
    fill(cursor, 1, 100)
    expect(cursor.has('e-1')).toBe(false)
  })

  test('ends, where a replay never catches up', () => {
    const cursor = createCursor('a', undefined, 10)
    cursor.accept('hidden')
    cursor.resume('a')
    fill(cursor, 0, 100_000)
    expect(cursor.has('e-0')).toBe(true)
    fill(cursor, 100_000, 100_020)
    expect(cursor.has('e-99999')).toBe(false)
  })

  test('has an end', () => {
    const cursor = createCursor('', () => true, 10)
    fill(cursor, 0, 250_000)
    expect(cursor.has('e-0')).toBe(false)
    expect(cursor.has('e-150001')).toBe(true)
    expect(cursor.has('e-249999')).toBe(true)
  })
})
