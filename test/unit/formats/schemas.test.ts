// Schemas of three libraries: what passes, what is a mismatch, and what is refused.
import { encode } from '@msgpack/msgpack'
import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Schema, SchemaMismatch, withSchemas } from '../../../src/formats/index.ts'
import { msgpack } from '../../../src/formats/msgpack.ts'
import { json } from '../../../src/index.ts'
import { block } from '../../support/dialogue.ts'
import { startOpen } from '../../support/fake-wire.ts'
import { binaryFrame } from './frames.ts'

const libraries: readonly (readonly [string, Schema])[] = [
  ['zod', z.object({ bid: z.number() })],
  ['valibot', v.object({ bid: v.number() })],
  ['arktype', type({ bid: 'number' })],
]

describe.each(libraries)('a schema of %s', (_name, schema) => {
  test('passes what it describes, and turns the rest into an error with its issues and a gap', async () => {
    const { socket, log } = await startOpen({ codec: withSchemas(json, { n: schema }) })
    log.length = 0
    socket.receive(block('n', { bid: 1 }, 'e-1') + block('n', { bid: 'x' }, 'e-2'))
    socket.receive(block('n', { bid: 2 }, 'e-3'))

    expect(log).toMatchObject([
      ['event', { id: 'e-1' }],
      ['error', { code: 'codec', eventId: 'e-2', cause: expect.any(SchemaMismatch) }],
      ['gap', { reason: 'undecodable', from: 'e-1', to: 'e-2' }],
      ['event', { id: 'e-3' }],
    ])
    const [, error] = log[1] ?? []
    const { issues, message }: SchemaMismatch = Reflect.get(Object(error), 'cause')
    expect(issues).toHaveLength(1)
    expect(message).toContain(issues[0]?.message)
    expect(message).toMatch(/^n: /)
  })
})

describe('withSchemas', () => {
  test('gives the listener what the schema makes of the data', async () => {
    const seen = z.object({ at: z.coerce.date(), from: z.string().default('nobody') })
    const { wire, socket } = await startOpen({ codec: withSchemas(json, { seen }) })
    const got: unknown[] = []
    wire.on('seen', (data) => got.push(data))
    socket.receive(block('seen', { at: 0 }))

    expect(got).toEqual([{ at: new Date(0), from: 'nobody' }])
  })

  test('lets types without a schema pass', async () => {
    const { wire, socket } = await startOpen({ codec: withSchemas(json, { n: z.string() }) })
    const got: unknown[] = []
    for (const type of ['other', 'toString']) wire.on(type, (data) => got.push(data))
    socket.receive(block('other', 1) + block('toString', 2))

    expect(got).toEqual([1, 2])
  })

  test('checks what a codec of bytes has decoded', async () => {
    const codec = withSchemas(msgpack, { n: z.object({ bid: z.number() }) })
    const { socket, told } = await startOpen({ codec })
    const blocks = [{ bid: 1 }, { bid: 'x' }].map((value, n) => ({
      id: `e-${n}`,
      type: 'n',
      data: encode(value),
    }))
    socket.receiveBinary(binaryFrame(blocks))

    expect(told('event')).toHaveLength(1)
    expect(told('error')).toMatchObject([{ eventId: 'e-1', cause: { name: 'SchemaMismatch' } }])
  })

  test('refuses a schema that takes time, and says why', async () => {
    const schema: Schema = { '~standard': { validate: async (value) => ({ value }) } }
    const { socket, told } = await startOpen({ codec: withSchemas(json, { n: schema }) })
    socket.receive(block('n', 1, 'e-1'))

    expect(told('error')).toMatchObject([
      {
        code: 'codec',
        cause: { message: expect.stringMatching(/^The schema of n is asynchronous/) },
      },
    ])
  })
})
