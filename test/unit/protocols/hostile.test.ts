// Hostile streams: the work grows with the input and no faster, and what is remembered does not keep frames alive.
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test, vi } from 'vitest'
import { createCursor } from '../../../src/downstream/cursor.ts'
import { parseBlocks } from '../../../src/protocols/event-block.ts'
import { polling } from '../../../src/protocols/polling.ts'
import { parse } from './parsing.ts'
import { countStringWork } from './string-work.ts'

// Hundreds of megabytes go through here, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 })

const PIECE = 16_384
const long = 'x'.repeat(PIECE)

/** Streams that go on and on with `more` after `first`. */
const endless: readonly { about: string; first?: string; more: string }[] = [
  { about: 'a line of data', first: 'data: ', more: long },
  { about: 'a comment', first: ':', more: long },
  { about: 'an id', first: 'id: ', more: long },
  { about: 'a type', first: 'event: ', more: long },
  { about: 'a reconnection time', first: 'retry: ', more: '9'.repeat(PIECE) },
  { about: 'an unknown field', first: 'foo', more: long },
  { about: 'a line of colons', more: ':'.repeat(PIECE) },
  { about: 'lines of data', more: `data: ${'x'.repeat(1000)}\n`.repeat(16) },
  { about: 'long lines of data', more: `data: ${long}\n` },
  { about: 'empty lines of data', more: 'data\n'.repeat(3000) },
  { about: 'ids', more: `id: ${'x'.repeat(1000)}\n`.repeat(16) },
  { about: 'types', more: `event: ${long}\n` },
  { about: 'comments', more: `:${long}\n:\n` },
  { about: 'unknown fields', more: `foo: ${long}\n` },
  { about: 'blocks', more: 'id: 1\ndata: a\n\n'.repeat(1000) },
  { about: 'blocks with CRs', more: 'id: 1\rdata: a\r\r'.repeat(1000) },
  { about: 'empty lines', more: '\r\n'.repeat(8000) },
  { about: 'CRs', more: '\r'.repeat(PIECE) },
  { about: 'byte order marks', more: '\uFEFF'.repeat(PIECE) },
  { about: 'NULs', first: 'id: ', more: '\0'.repeat(PIECE) },
]

describe.each(endless)('$about without end', ({ first = '', more }) => {
  test('cost no more by the character', () => {
    const work = (count: number) => {
      const text = first + more.repeat(count)
      return countStringWork(() => void parse(text))
    }
    const once = work(2)
    expect(once).toBeGreaterThan(0)
    expect(work(16) / once).toBeLessThan(9)
  })
})

test('a JSON array of many items costs no more by the item', () => {
  const work = (count: number) => {
    const text = `[${Array(count).fill('{"a":[1,"]"]}').join(',')}]`
    return countStringWork(() => {
      for (const _item of polling.read(text, 'application/json'));
    })
  }
  expect(work(8000) / work(1000)).toBeLessThan(9)
})

describe('ids that are remembered', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const usedBytes = () => {
    collect()
    return getHeapStatistics().used_heap_size
  }

  test('do not keep the frames alive that they came in', () => {
    const cursor = createCursor('')
    const frame = (index: number) => {
      const text = `id: k3f9-${10_000_000 + index}\ndata: ${'x'.repeat(500_000)}\n\n`
      return new TextDecoder().decode(new TextEncoder().encode(text))
    }
    const before = usedBytes()
    for (let index = 0; index < 200; index++) {
      for (const { id = '' } of parseBlocks(frame(index))) cursor.accept(id)
    }
    // 200 frames are 100 MB.
    expect(usedBytes() - before).toBeLessThan(10_000_000)
    expect(cursor.id()).toBe('k3f9-10000199')
  })
})
