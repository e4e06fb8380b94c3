/** What the page has of codecs, as a script: built from the sources, with the libraries in it. */
import protobufjs from 'protobufjs/light.js'
import { protobuf } from '../../../src/formats/index.ts'

export { bytes, xml } from '../../../src/formats/index.ts'
export { msgpack } from '../../../src/formats/msgpack.ts'

/** The message `{ n }` of Protocol Buffers. */
const Numbered = new protobufjs.Type('Numbered').add(new protobufjs.Field('n', 1, 'int32'))
new protobufjs.Root().add(Numbered)
export const numbered = protobuf(Numbered)
