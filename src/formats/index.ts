/** Codecs beside `json` and `text`: an entry. */
export { type ByteFormat, binary, bytes } from './binary.ts'
export { byType } from './by-type.ts'
export { type ProtobufType, protobuf } from './protobuf.ts'
export {
  type Schema,
  type SchemaIssue,
  SchemaMismatch,
  withSchemas,
} from './schemas.ts'
export { xml } from './xml.ts'
