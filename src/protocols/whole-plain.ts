/** `plain`, whole: messages in envelopes, first words, pings, and ends, around the small one. */
import type { Cause } from '../errors.ts'
import { quietly } from '../platform/quietly.ts'
import { createEnvelope, type Envelope, type Packing, type Unpacked } from './envelope.ts'
import type { Block, Fields, Frame } from './event-block.ts'
import { type HelloSource, type Ping, speak } from './first-words.ts'
import type { PlainOptions as SmallOptions } from './plain.ts'
import type { Polling } from './polling.ts'
import type { Decoder, Protocol, Reader, ReadRequest, Receiver } from './protocol.ts'

/** What a close code means: the stream is over; another URL or user is wanted; refused permanently; tried again. */
export type CloseMeaning = 'end' | 'unauthorized' | 'failed' | 'retry'

export interface PlainOptions extends SmallOptions {
  /**
   * The fields of JSON messages such as `{"type":"price","data":{"bid":1}}`, both ways: a frame, a poll's body or an event
   * without a type is one event of that type. Default: none, each is a `message`.
   *
   * @example
   * plain({ envelope: { type: 'type', data: 'data', id: 'id' } })
   */
  readonly envelope?: Envelope | undefined
  /** Makes messages that go out, in place of `envelope`: `data` is text already. Default: the data alone. */
  readonly pack?: Packing['pack'] | undefined
  /**
   * The events of what comes in without a type: one, several, or none; what it throws at, or returns `undefined` for, is an
   * `error` and a `gap`. Default: each is a `message`.
   *
   * @example
   * plain({ unpack: (line) => ({ type: line.slice(0, 4), data: line.slice(5) }) })
   */
  readonly unpack?: Packing['unpack'] | undefined
  /** Sent first on each new WebSocket, before anything that waits: values, or a function, which may be async. Default: nothing. */
  readonly hello?: HelloSource | undefined
  /** The client's own ping over WebSocket. Default: none. */
  readonly ping?: Ping | undefined
  /** Whether an event, which is not delivered then, says that the stream is over: the wire ends as `final`. Default: none does. */
  readonly end?: ((event: Block) => boolean) | undefined
  /** What WebSocket close codes mean, where it is not the usual. */
  readonly closeCodes?: Readonly<Record<number, CloseMeaning>> | undefined
  /** The codecs of what comes in over some transports, by the transport's name. Default: the wire's. */
  readonly codecs?: Readonly<Record<string, Decoder>> | undefined
}

/** Stands for the content type of what has none. */
const FRAME = 'frame'

const meanings: Readonly<Record<CloseMeaning, Partial<Cause>>> = {
  end: { final: true },
  unauthorized: { status: 401 },
  failed: { status: 410 },
  retry: { status: 503 },
}

/** An id that can travel as one: neither a header nor an event stream carries these characters. */
const isId = (id: unknown): boolean => typeof id === 'string' && /^[^\0\r\n]+$/.test(id)

/** Tells that something can't be read, and why. */
const lose = (receiver: Receiver, data: string, cause: unknown) =>
  receiver.event(
    { id: '', type: '', data },
    {
      decode() {
        throw cause
      },
    },
  )

const fieldsOf = ({ type, data, id }: Unpacked): Fields => {
  if (typeof type !== 'string' || typeof data !== 'string' || type.includes('\0')) {
    throw new TypeError(__DEV__ ? 'unpack gives type and data, as text' : undefined)
  }
  return { type, data, id: isId(id) ? id : undefined }
}

/** The events within one, by `unpack`; what can't be unpacked is lost: an error and a gap. */
const createOpener = (receiver: Receiver, unpack: Packing['unpack']) =>
  function* (fields: Fields): Generator<Fields> {
    const { id, type, data } = fields
    if (data === undefined || (type && type !== 'message')) return void (yield fields)

    let last: Fields = { type: '' }
    try {
      const unpacked = unpack(data)
      if (!unpacked) throw new TypeError(__DEV__ ? 'unpack returned nothing' : undefined)
      for (const one of Symbol.iterator in unpacked ? unpacked : [unpacked]) {
        if (last.data !== undefined) yield last
        last = fieldsOf(one)
      }
    } catch (error) {
      if (last.data !== undefined) yield last
      last = { type: '' }
      lose(receiver, data, error)
    }
    // The last one carries the id of the whole: where it has come, all have.
    yield { ...last, id: last.id ?? id }
  }

/** `small`: the plain protocol of these options. */
export const wholePlain = (
  options: PlainOptions & { readonly polling: Polling },
  small: (options: SmallOptions) => Protocol,
): Protocol => {
  const { envelope, hello, ping, end, closeCodes, codecs, polling, ...more } = options
  const { pack, unpack, ...rest } = { ...more, ...(envelope && createEnvelope(envelope)) }
  const protocol = small({ ...rest, polling })

  const read = (receiver: Receiver, request: ReadRequest): Reader => {
    const { transport, environment } = request
    const codec = codecs?.[transport.name]
    let held: Frame[] | undefined // what came before the first words were said

    const isEnd = (block: Block) => {
      try {
        return end?.(block)
      } catch (error) {
        quietly(() => environment.reportError?.(error)) // as what a listener throws
        return false
      }
    }
    const own: Receiver = {
      ...receiver,
      event(block) {
        if (isEnd(block)) receiver.closed({ reason: 'server-close', final: true })
        else receiver.event(block, codec)
      },
    }
    const open = unpack ? createOpener(receiver, unpack) : (fields: Fields) => [fields]
    const bodies = function* (body: string, contentType: string) {
      try {
        const frame = [{ type: '', data: body }]
        const blocks = contentType === FRAME ? frame : polling.read(body, contentType)
        for (const fields of blocks) yield* open(fields)
      } catch (error) {
        if (!unpack) throw error
        lose(receiver, body, error)
      }
    }
    const inner = small({ ...rest, polling: { ...polling, read: bodies } }).read(own, request)

    return {
      ...inner,
      opened(header) {
        if (!transport.duplex || !(hello || ping)) return inner.opened?.(header)

        const before: Frame[] = []
        const begin = () => {
          inner.opened?.(header)
          held = undefined
          for (const frame of before) {
            if (typeof frame === 'string') for (const _piece of inner.text(frame, FRAME));
            else receiver.event({ id: '', type: 'message', data: '', bytes: frame })
          }
        }
        const fail = (error: unknown) => {
          const detail = `first words: ${error instanceof Error ? error.name : 'threw'}`
          receiver.closed({ reason: 'protocol', detail })
        }
        held = before
        speak(request, { hello, ping }, begin, fail)
      },
      closed(cause) {
        const meaning = closeCodes?.[cause.closeCode ?? 0]
        const detail = `${cause.closeCode} ${cause.detail ?? ''}`.trim()
        return meaning && { ...cause, ...meanings[meaning], detail }
      },
      text(frame, contentType, header) {
        if (!held) return inner.text(frame, contentType ?? FRAME, header)
        held.push(frame)
        return []
      },
      event(block, isReset) {
        if (isReset) receiver.reset()
        for (const { id = '', type, data } of open({ ...block, id: block.id || undefined })) {
          if (data === undefined) receiver.ping(id)
          else inner.event({ id, type, data }, isReset && !id)
        }
      },
    }
  }
  const format = (seq: number, type: string, data: string) => {
    const text = pack ? pack(type, data) : protocol.format(seq, type, data)
    if (typeof text === 'string') return text
    throw new TypeError(__DEV__ ? 'pack gives a text' : undefined)
  }
  // A native EventSource shows what has no type only where somebody listens to it.
  const types = unpack || end ? [...protocol.types, 'message'] : protocol.types
  return { ...protocol, types, read, format }
}
