/** Heads of HTTP/1.1 messages (RFC 9112): read whole, classified, forwarded as they came. */
import type { ByteSource } from './byte-source.ts'
import type { RequestKind } from './state.ts'

const MAX_HEAD_BYTES = 64 * 1024
const HEAD_END = '\r\n\r\n'

const REQUEST_LINE = /^([!-~]+) ([!-~]+) HTTP\/(1\.[01])$/
const STATUS_LINE = /^HTTP\/(1\.[01]) ([1-5]\d\d)(?: |$)/
/** A field name of RFC 9110, section 5.1, and a value without control characters. */
const HEADER_LINE = /^[\w!#$%&'*+.^`|~-]+:[\t -~\x80-\xff]*$/

/** `other` is a request that belongs to no stream, such as a preflight. It is forwarded in every mode. */
export type TrafficKind = RequestKind | 'other'

/** What the head says about the length of the body (RFC 9112, section 6.3). */
export type BodyLength = number | 'chunked' | 'until-close'

export interface RequestHead {
  readonly raw: Buffer
  readonly kind: TrafficKind
  readonly method: string
  /** As it came; the query may hold a ticket. */
  readonly target: string
  /** The target without its query. */
  readonly path: string
  readonly origin: string | null
  readonly bodyLength: BodyLength
}

export interface ResponseHead {
  readonly raw: Buffer
  readonly status: number
  readonly bodyLength: BodyLength
}

type Headers = ReadonlyMap<string, string>

/**
 * @returns the bytes up to and with the empty line; no bytes at all, which parse as no head, when the
 * empty line does not come within the size limit; null when the input ended before it.
 */
export async function readHead(source: ByteSource): Promise<Buffer | null> {
  let head = Buffer.alloc(0)
  while (head.length <= MAX_HEAD_BYTES) {
    const bytes = await source.read()
    if (bytes === null) return null

    head = Buffer.concat([head, bytes])
    const end = head.indexOf(HEAD_END)
    if (end >= 0) {
      source.unread(head.subarray(end + HEAD_END.length))
      return head.subarray(0, end + HEAD_END.length)
    }
  }
  return Buffer.alloc(0)
}

/** @returns null when these bytes are no well-formed head of a request. */
export function parseRequestHead(raw: Buffer): RequestHead | null {
  const { firstLine, lines, headers } = split(raw)
  const [, method, target, version] = REQUEST_LINE.exec(firstLine) ?? []
  if (method === undefined || target === undefined || !lines.every(isHeaderLine)) return null

  const bodyLength = lengthOf(headers, version) ?? 0
  if (bodyLength === 'invalid') return null

  return {
    raw,
    kind: classify(method, headers),
    method,
    target,
    path: target.split('?', 1)[0] ?? target,
    origin: headers.get('origin') ?? null,
    bodyLength,
  }
}

/** @returns null when these bytes are no head of a response, or the length of its body is not clear. */
export function parseResponseHead(raw: Buffer, requestMethod: string): ResponseHead | null {
  const { firstLine, headers } = split(raw)
  const [, version, digits] = STATUS_LINE.exec(firstLine) ?? []
  const length = lengthOf(headers, version) ?? 'until-close'
  if (digits === undefined || length === 'invalid') return null

  const status = Number(digits)
  const bodiless = requestMethod === 'HEAD' || status < 200 || status === 204 || status === 304
  return { raw, status, bodyLength: bodiless ? 0 : length }
}

/** Rewrites a head for a body that ends with the connection. */
export function untilClose(raw: Buffer): Buffer {
  const framing = /^(?:content-length|transfer-encoding|connection|keep-alive) *:/i
  const lines = raw.toString('latin1').slice(0, -HEAD_END.length).split('\r\n')
  const kept = lines.filter((line) => !framing.test(line))
  return Buffer.from(`${[...kept, 'Connection: close'].join('\r\n')}${HEAD_END}`, 'latin1')
}

function split(raw: Buffer): { firstLine: string; lines: string[]; headers: Headers } {
  // An empty line before a request is skipped (RFC 9112, section 2.2).
  const text = raw.toString('latin1').replace(/^(?:\r\n)+/, '')
  const [firstLine = '', ...lines] = text.slice(0, -HEAD_END.length).split('\r\n')

  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon < 0) continue

    const name = line.slice(0, colon).trim().toLowerCase()
    const before = headers.get(name)
    const value = line.slice(colon + 1).trim()
    headers.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return { firstLine, lines, headers }
}

function isHeaderLine(line: string): boolean {
  return HEADER_LINE.test(line)
}

function classify(method: string, headers: Headers): TrafficKind {
  if (method === 'POST') return 'post'
  if (method !== 'GET') return 'other'
  if (headers.get('upgrade')?.toLowerCase() === 'websocket') return 'websocket'
  const accepted = headers.get('accept')?.toLowerCase() ?? ''
  return accepted.includes('text/event-stream') ? 'eventsource' : 'longpoll'
}

/** A length that two readers may understand differently is invalid (RFC 9112, section 6.3). */
function lengthOf(headers: Headers, version: string | undefined): BodyLength | 'invalid' | null {
  const encoding = headers.get('transfer-encoding')
  const length = headers.get('content-length')
  if (encoding !== undefined) {
    const ambiguous = length !== undefined || version !== '1.1'
    return ambiguous || !endsInChunked(encoding) ? 'invalid' : 'chunked'
  }

  if (length === undefined) return null
  return /^\d{1,15}$/.test(length) ? Number(length) : 'invalid'
}

function endsInChunked(encoding: string): boolean {
  const codings = encoding.split(',').map((coding) => coding.trim().toLowerCase())
  return codings.indexOf('chunked') === codings.length - 1
}
