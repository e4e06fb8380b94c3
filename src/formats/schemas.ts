/** Schemas of events: Standard Schema, version 1 (https://standardschema.dev), which zod, valibot and arktype speak. */
import type { Codec, TypedCodec } from '../codecs.ts'

/** What a schema says of a value that it refuses. */
export interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

interface SchemaResult {
  readonly issues?: readonly SchemaIssue[] | undefined
  readonly value?: unknown
}

/** The part of the standard that is used. */
export interface Schema<Output = unknown> {
  readonly '~standard': {
    readonly validate: (value: unknown) => SchemaResult | Promise<SchemaResult>
    readonly types?: { readonly output: Output } | undefined
  }
}

/** The cause of an error `codec`: an event's data is not what its schema says. */
export class SchemaMismatch extends Error {
  override readonly name = 'SchemaMismatch'
  readonly issues: readonly SchemaIssue[]

  constructor(type: string, issues: readonly SchemaIssue[]) {
    super(`${type}: ${issues.map(({ message }) => message).join('; ')}`)
    this.issues = issues
  }
}

/**
 * That codec, whose events have the data that the schema of their type makes of it. Other data is an error and a gap, as what
 * can't be decoded is. Types without a schema pass.
 *
 * @example
 * const wire = connect('/live', { codec: withSchemas(json, { price: z.object({ bid: z.number() }) }) })
 * wire.on('price', ({ bid }) => console.log(bid.toFixed(2)))
 */
export const withSchemas = <In extends object>(
  codec: Codec,
  schemas: { readonly [T in keyof In]: Schema<In[T]> },
): TypedCodec<In> => {
  const known = new Map<string, Schema>(Object.entries(schemas))
  return {
    ...codec,
    decode(text, event) {
      const data = codec.decode(text, event)
      const schema = event && known.get(event.type)
      if (!schema) return data

      const result = schema['~standard'].validate(data)
      if (result instanceof Promise) {
        throw new TypeError(
          `The schema of ${event.type} is asynchronous, which would break the order`,
        )
      }
      if (result.issues) throw new SchemaMismatch(event.type, result.issues)
      return result.value
    },
  }
}
