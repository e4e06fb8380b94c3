// How a fetchstream reads: bytes that are cut anywhere, no faster than the page takes them, within bounds.
import { describe, expect, test } from 'vitest'
import { slicing } from '../../../src/downstream/read-queue.ts'
import { polling } from '../../../src/protocols/polling.ts'
import { fetchstream } from '../../../src/transports/fetchstream.ts'
import { block, hello } from '../../support/dialogue.ts'
import { start } from '../../support/fake-wire.ts'
import { cut } from '../protocols/parsing.ts'
import { chapters } from '../protocols/vectors/index.ts'
import type { Told, Vector } from '../protocols/vectors/vector.ts'
import { openAlone } from './fetchstream-support.ts'

/** All that is told of a stream that comes in these pieces. */
async function hear(pieces: readonly Uint8Array[]) {
  const { fetches, settle, texts, causes } = openAlone()
  const request = await fetches.next()
  request.stream()
  for (const piece of pieces) request.push(piece)
  request.end()
  await settle()
  expect(causes()).toEqual([{ reason: 'network' }])
  return texts().flatMap((text) => [...polling.read(String(text), 'text/event-stream')])
}

const CHARACTERS = ['é', '中', '\u{1F600}', '\uFEFF', '\u2028'].join(' ')

describe('bytes that are cut anywhere', () => {
  const streams = [
    `\uFEFFid: 1\nevent: ${CHARACTERS}\ndata: ${CHARACTERS}\n\ndata: 2\n\n`,
    `\uFEFFid: 1\r\ndata: ${CHARACTERS}\r\ndata\r\n\r\n: x\r\n\r\ndata: 2\r\n\r\n`,
    `id: 1\rdata: ${CHARACTERS}\r\r\rdata: 2\r\r`,
  ].map((text) => [new TextEncoder().encode(text)] as const)

  test.each(streams)('are the same blocks', async (bytes) => {
    const whole = await hear([bytes])
    expect(whole).toHaveLength(2)
    expect(whole[0]?.data).toContain(CHARACTERS)
    for (let at = 0; at <= bytes.length; at++) {
      expect(await hear(cut(bytes, [at]))).toEqual(whole)
    }
    expect(await hear([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole)
  })

  const small = chapters
    .flatMap(({ vectors }) => vectors)
    .filter(({ text, maxBytes }) => text.length < 2000 && !maxBytes)
  const blocksOf = ({ told }: Vector) => told.filter((one: Told) => 'data' in one)

  test.each(small)('are what the vector says, byte by byte: $about', async (vector) => {
    const bytes = vector.bytes ?? new TextEncoder().encode(vector.text)
    const heard = await hear([...bytes].map((byte) => Uint8Array.of(byte)))
    const blocks = heard.flatMap(({ id = '', type, data }) =>
      data === undefined ? [] : [{ id, type, data }],
    )
    expect(blocks).toEqual(blocksOf(vector))
  })

  test('of no length are no end', async () => {
    const pieces = ['data: 1', '', '\n\n'].map((text) => new TextEncoder().encode(text))
    const [first, empty, last] = pieces
    const { fetches, settle, texts } = openAlone()
    const request = await fetches.next()
    request.stream()
    for (const piece of [first, empty, last]) request.push(piece ?? '')
    await settle()
    expect(texts()).toEqual(['data: 1\n\n'])
  })
})

describe('what is not read yet', () => {
  /** The first text is read when the test says so. */
  async function openSlow() {
    const opened = openAlone()
    const waiting: (() => void)[] = []
    opened.sink.text = (text, type, done) => {
      opened.sink.event({ id: '', type: type ?? '', data: String(text) })
      waiting.push(() => done?.(0, 0))
    }
    const request = await opened.fetches.next()
    request.stream()
    const heard = () => opened.sink.told('event').map(([, { data }]) => data)
    return { ...opened, request, heard, readOn: () => waiting.shift()?.() }
  }

  test('keeps the next piece with the server', async () => {
    const { request, heard, readOn, settle } = await openSlow()
    for (let count = 0; count < 4; count++) request.push(`data: ${count}\n\n`)
    await settle()
    expect(request.reads).toBe(1)
    expect(heard()).toEqual(['data: 0\n\n'])
    for (let count = 1; count < 4; count++) {
      readOn()
      await settle()
      expect(request.reads).toBe(count + 1)
      expect(heard()).toHaveLength(count + 1)
    }
  })

  test('keeps it too where a piece completes nothing', async () => {
    const { request, heard, settle } = await openSlow()
    request.push('data: 0')
    request.push('\n\n')
    await settle()
    expect(heard()).toEqual([''])
    expect(request.reads).toBe(1)
  })

  test('is let go by close()', async () => {
    const { request, connection, readOn, settle, heard } = await openSlow()
    request.push('data: 0\n\n')
    request.push('data: 1\n\n')
    await settle()
    connection.close()
    readOn()
    await settle()
    expect(heard()).toEqual(['data: 0\n\n'])
    expect(request.aborted).toBe(true)
  })

  test('of a page that reads in slices is asked for once it was read', async () => {
    const { fetches, world, ids, wire, settle, advance } = start({
      transports: [fetchstream()],
      slicing,
    })
    const request = await fetches.next()
    request.stream()
    request.push(hello('e-0'))
    await settle()

    wire.on('n', () => world.clock.work(20))
    const blocks = [1, 2, 3].map((number) => block('n', number, `e-${number}`))
    request.push(blocks.join(''))
    request.push(block('n', 4, 'e-4'))
    const asked = request.reads
    await settle()
    expect(ids()).toEqual(['e-1'])
    expect(request.reads).toBe(asked)
    await advance(100)
    expect(ids()).toEqual(['e-1', 'e-2', 'e-3', 'e-4'])
    expect(request.reads).toBe(asked + 2)
  })
})
