/**
 * Formats and parses event blocks, the one grammar of the protocol in both directions.
 * WHATWG HTML, "Server-sent events": "Parsing an event stream" and "Interpreting an event stream".
 */

/** Text, or bytes, which a text holds in base64. */
export type Data = string | Uint8Array

export interface EventBlock {
  readonly id?: string
  readonly type: string
  readonly data: Data
}

/** A text that is not a sequence of whole event blocks: a bug of the sender. */
export class MalformedBlock extends Error {
  override name = 'MalformedBlock'
}

// CR and LF end the field. Browsers disagree about NUL in an id.
const FORBIDDEN_IN_FIELD = /[\r\n\0]/
const ID = /^[\x21-\x7e]{1,128}$/

/** Throws a `TypeError` for a text that would forge other fields or blocks. */
export function checkBlock({ id, type, data }: EventBlock): void {
  if (type === '' || FORBIDDEN_IN_FIELD.test(type)) {
    throw new TypeError('An event type must not be empty nor contain CR, LF or NUL')
  }
  if (id !== undefined && !ID.test(id)) {
    throw new TypeError('An event id must be 1 to 128 printable ASCII characters without spaces')
  }
  if (typeof data === 'string' && data.includes('\0')) {
    throw new TypeError('Event data must not contain NUL: escape it')
  }
}

export function formatBlock(block: EventBlock): string {
  checkBlock(block)
  const { id, type, data } = block
  const idLine = id === undefined ? '' : `id: ${id}\n`
  return `${idLine}event: ${type}\n${formatData(data)}\n`
}

function formatData(data: Data): string {
  if (typeof data !== 'string') {
    return `bytes: ${data.length}\ndata: ${Buffer.from(data).toString('base64')}\n`
  }
  // CR and CRLF end a line of the grammar too, and arrive as LF. Each line becomes one `data:` field.
  const lines = data.split(/\r\n|\r|\n/)
  return lines.map((line) => `data: ${line}\n`).join('')
}

/** Parses a text of whole blocks, as a WebSocket frame or a request body holds them. */
export function parseBlocks(text: string): EventBlock[] {
  const blocks: EventBlock[] = []
  let fields = new Map<string, string>()
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  const afterLastLineEnd = lines.pop()

  for (const line of lines) {
    if (line === '') {
      const block = finishBlock(fields)
      if (block) blocks.push(block)
      fields = new Map()
    } else {
      addLine(fields, line)
    }
  }

  if (afterLastLineEnd !== '' || fields.size > 0) {
    throw new MalformedBlock('The last event block is not ended by an empty line')
  }
  return blocks
}

function addLine(fields: Map<string, string>, line: string): void {
  const colon = line.indexOf(':')
  // "If the line starts with a U+003A COLON character (:): Ignore the line."
  if (colon === 0) return
  const field = colon < 0 ? line : line.slice(0, colon)
  // "If value starts with a U+0020 SPACE character, remove it from value."
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
  if (field === 'id' || field === 'event' || field === 'bytes') fields.set(field, value)
  if (field === 'data') {
    const before = fields.get('data')
    fields.set('data', before === undefined ? value : `${before}\n${value}`)
  }
}

function finishBlock(fields: Map<string, string>): EventBlock | undefined {
  // Comments and empty lines alone are no event: a client may send them to keep a connection open.
  if (fields.size === 0) return undefined
  const id = fields.get('id')
  const data = fields.get('data')
  if (data === undefined) throw new MalformedBlock('An event block has no data field')
  const type = fields.get('event') || 'message'
  if (type.includes('\0') || id?.includes('\0') || data.includes('\0')) {
    throw new MalformedBlock('An event block contains NUL')
  }
  const content = fields.has('bytes') ? decodeBytes(data, fields.get('bytes')) : data
  return id === undefined ? { type, data: content } : { id, type, data: content }
}

function decodeBytes(base64: string, size: string | undefined): Uint8Array {
  const bytes = new Uint8Array(Buffer.from(base64, 'base64'))
  if (String(bytes.length) !== size) throw new MalformedBlock('Its data is not as many bytes')
  return bytes
}
