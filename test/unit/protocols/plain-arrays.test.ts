// JSON arrays in the body of a poll: each item is an event whose data is its own text, not printed anew.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { longpoll, text } from '../../../src/index.ts'
import { type StartOptions, startPlain } from '../../support/fake-wire.ts'

async function pollJson(body: string, options: StartOptions = {}) {
  const started = startPlain({ transports: [longpoll], ...options })
  const texts: string[] = []
  started.wire.on('message', (_data, { data }) => texts.push(data))
  ;(await started.polls.next()).answer({ contentType: 'application/json', body })
  await started.advance(0)
  return { ...started, texts }
}

describe('an item', () => {
  test.each([
    ['a number beyond what a double holds', '9007199254740993'],
    ['a fraction that is whole', '1.0'],
    ['an exponent', '1e2'],
    ['a long fraction', '0.1000000000000000055511151231257827'],
    ['minus zero', '-0'],
    ['an escape', '"a\\u0062\\/"'],
    ['a string with what ends items', '"],[\\"}{,\\\\"'],
    ['spaces within', '{ "a" :  [ 1 , 2 ] }'],
    ['a key that comes twice', '{"a":1,"a":2}'],
    ['keys that are numbers', '{"b":1,"2":2,"1":3}'],
    ['an array', '[[],[1,[2]]]'],
    ['an object', '{"a":{"b":[{}]}}'],
    ['a word', 'null'],
  ])('travels as it is: %s', async (_, item) => {
    const { texts } = await pollJson(`[${item}]`)
    expect(texts).toEqual([item])
    const more = await pollJson(` [ 1 ,\n\t${item}\r\n, ${item} ] `)
    expect(more.texts.map((one) => one.trim())).toEqual(['1', item, item])
  })

  test('is given to the codec as it is', async () => {
    const { got } = await pollJson('[9007199254740993, "a"]', { codec: text })
    expect(got.map((data) => String(data).trim())).toEqual(['9007199254740993', '"a"'])
  })

  test('over the cap is an error, and the others come', async () => {
    const { got, told } = await pollJson(`["${'x'.repeat(50)}", 2]`, { maxEventBytes: 20 })
    expect(got).toEqual([2])
    expect(told('error')).toMatchObject([{ code: 'too-large' }])
  })

  test('may be long', async () => {
    const item = `"${'x\\n'.repeat(2_000_000)}"`
    const { texts } = await pollJson(`[${item}]`, { maxEventBytes: 10_000_000 })
    expect(texts[0]?.length).toBe(item.length)
  })

  test('may be one of many', async () => {
    const numbers = Array.from({ length: 100_000 }, (_, n) => n)
    const { got } = await pollJson(JSON.stringify(numbers))
    expect(got).toEqual(numbers)
  })
})

test.each(['[]', ' [ ] ', '[\n]'])('an array without items brings none: %j', async (body) => {
  const { texts, told, wire } = await pollJson(body)
  expect(texts).toEqual([])
  expect(told('error')).toEqual([])
  expect(wire.connection.state).toBe('open')
})

test.each([
  '[1,]',
  '[,1]',
  '[1 2]',
  '[1]]',
  '[1',
  '["a]',
  '[1,2]x',
  '[{]}]',
  '[01]',
  "['a']",
  '[1,\u00A02]',
  '["a\nb"]',
])('an array that is no JSON brings no item, and ends the attempt: %j', async (body) => {
  const { texts, wire } = await pollJson(body)
  expect(texts).toEqual([])
  expect(wire.connection.attempts).toMatchObject([{ outcome: 'ended', reason: 'protocol' }])
})

test('what is no array is one event with its own text', async () => {
  const { texts } = await pollJson('{"id":9007199254740993}')
  expect(texts.map((one) => one.trim())).toEqual(['{"id":9007199254740993}'])
})

test('whatever the items are, each comes as it was written', async () => {
  const space = fc.constantFrom('', ' ', '\n', '\r\n\t')
  const item = fc
    .tuple(fc.jsonValue(), fc.nat(3))
    .map(([value, indent]) => JSON.stringify(value, null, indent))
  await fc.assert(
    fc.asyncProperty(fc.array(item, { maxLength: 6 }), space, space, async (items, left, right) => {
      const { texts } = await pollJson(`${left}[${items.join(`${left},${right}`)}${right}]${left}`)
      expect(texts.map((one) => one.trim())).toEqual(items)
    }),
    { numRuns: 100 },
  )
})
