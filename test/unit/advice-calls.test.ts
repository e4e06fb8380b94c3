// Advice on calls that no `error` shows: of bytes, names of events, and messages that were not taken.
import { describe, expect, test } from 'vitest'
import type { Codec, Options } from '../../src/index.ts'
import { startOpen } from '../support/fake-wire.ts'

describe('bytes to send', () => {
  async function warningsOf(data: unknown, options: Options = {}): Promise<unknown[][]> {
    const { wire, warnings, settle } = await startOpen(options)
    Reflect.apply(wire.send, wire, ['m', data])
    await settle()
    return warnings
  }

  test.each([
    ['an array of bytes', new Uint8Array(2)],
    ['their buffer', new ArrayBuffer(2)],
    ['a view of it', new DataView(new ArrayBuffer(2))],
  ])('are warned of, by the name of the message: %s', async (_, data) => {
    expect(await warningsOf(data)).toEqual([[expect.stringMatching(/bytes.*base64.*: m$/)]])
  })

  test.each([
    ['text', 'abc'],
    ['numbers', [1, 2]],
    ['nothing', undefined],
  ])('are none: %s', async (_, data) => {
    expect(await warningsOf(data)).toEqual([])
  })

  test.each<[string, Codec]>([
    ['takes them', { encode: () => 'AQI=', decode: (data) => data }],
    [
      'refuses them',
      {
        encode() {
          throw new TypeError('bytes')
        },
        decode: (data) => data,
      },
    ],
  ])('are fine where the codec %s', async (_, codec) => {
    expect(await warningsOf(new Uint8Array(2), { codec })).toEqual([])
  })
})
