// Codecs and schemas: what they make of the types of events.
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { type } from 'arktype'
import * as v from 'valibot'
import { z } from 'zod'
import * as core from '../../src/core.ts'
import {
  binary,
  byType,
  bytes,
  protobuf,
  type Schema,
  withSchemas,
} from '../../src/formats/index.ts'
import { msgpack } from '../../src/formats/msgpack.ts'
import { connect, json } from '../../src/index.ts'
import { type Equal, holds, some } from './equal.ts'

/* ------------------------------------------------------------------ schemas type the listener's data */

const schemas = {
  price: z.object({ bid: z.number() }),
  chat: v.object({ text: v.pipe(v.string(), v.transform(Number)) }),
  user: type({ name: 'string' }),
}
const wire = connect('/live', { codec: withSchemas(json, schemas) })
wire.on('price', (data) => holds<Equal<typeof data, { bid: number }>>())
wire.on('chat', (data) => holds<Equal<typeof data, { text: number }>>())
wire.on('user', (data) => holds<Equal<typeof data, { name: string }>>())
// @ts-expect-error: no schema has that name
wire.on('pirce', () => {})

const parts = { transports: [core.websocket], protocol: core.steadywire }
const small = core.connect('/live', { ...parts, codec: withSchemas(msgpack, schemas) })
small.on('price', (data) => holds<Equal<typeof data, { bid: number }>>())

// Any schema of the standard will do.
const standard: Schema<string> = some<StandardSchemaV1<unknown, string>>()
withSchemas(json, { standard })
// @ts-expect-error: a schema, not a type guard
withSchemas(json, { price: (data: unknown) => typeof data === 'number' })
// @ts-expect-error: the schemas say otherwise
connect<{ price: string }>('/live', { codec: withSchemas(json, schemas) })
connect<{ price: { bid: number } }>('/live', { codec: withSchemas(json, { price: schemas.price }) })

/* ------------------------------------------------------------------ a codec without schemas leaves them open */

const open = connect('/live', { codec: byType({ price: msgpack, blob: bytes }, json) })
open.on('price', (data) => holds<Equal<typeof data, unknown>>())
const given = connect<{ tick: number }>('/live', { codec: json })
given.on('tick', (data) => holds<Equal<typeof data, number>>())

/* ------------------------------------------------------------------ formats */

interface Price {
  bid: number
}
binary({
  encode: (price: Price) => new Uint8Array([price.bid]),
  decode: (data) => {
    holds<Equal<typeof data, Uint8Array<ArrayBuffer>>>()
    return { bid: data[0] }
  },
})
protobuf({ encode: (price: Price) => new Uint8Array([price.bid]), decode: (data) => data })
protobuf({ encode: () => ({ finish: () => new Uint8Array() }), decode: (data) => data })
// @ts-expect-error: bytes, not text
binary({ encode: () => 'text', decode: (data) => data })
// @ts-expect-error: a codec for the rest
byType({ price: msgpack })
