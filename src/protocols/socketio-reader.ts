/** What one connection of a Socket.IO server brings: the two handshakes, then events and acknowledgements. */
import type { Cause } from '../errors.ts'
import { clamp } from '../platform/clamp.ts'
import { splitItems } from './json-text.ts'
import type { Reader, ReadRequest, Receiver } from './protocol.ts'
import { createAssembly, type Whole } from './socketio-assembly.ts'
import { attachments } from './socketio-data.ts'
import type { ConnectRefusal, SocketioOptions } from './socketio-options.ts'
import {
  ACK,
  BYTES,
  CLOSE,
  CONNECT,
  CONNECT_ERROR,
  DISCONNECT,
  EVENT,
  formatPacket,
  MESSAGE,
  NOOP,
  OPEN,
  PING,
  PONG,
  SEPARATOR,
} from './socketio-packet.ts'

/**
 * The signal of the connection that has a session, by the session's private ID. A server that restores a session for a second
 * connection takes it from the first: so nobody asks for one that a connection in progress has.
 */
export type SessionHolders = Map<string, AbortSignal>

export interface ReaderSettings extends SocketioOptions {
  readonly namespace: string
  readonly isList: (type: string) => boolean
  readonly isVolatile: (type: string) => boolean
  readonly holders: SessionHolders
}

/** What the server of a connection without these fields has by default, in ms. */
const USUAL_SILENCE_MS = 45_000
/** The client waits for 1.5 times its heartbeat, and the server says how long the whole silence may be. */
const HEARTBEATS = 1.5
/** Cursors go into memory by the thousand: a longer one is taken as none. */
const MAX_ID_LENGTH = 1024
/** Events that may come before the namespace is connected. */
const MAX_EARLY = 100_000
/** Between the private ID of a session and the offset of an event in it: no ID of a server has it. */
const SLASH = '/'

/** One argument is the data, several are a list; none is nothing. */
const dataOf = (items: readonly string[], isListed: boolean): string =>
  isListed || items.length > 1 ? `[${items.join()}]` : (items[0] ?? '')

const decode = (items: readonly string[], bytes: readonly string[]): unknown =>
  items.length ? attachments.decode([dataOf(items, false), ...bytes].join(SEPARATOR)) : undefined

/** The name of an event, and its arguments. Throws where it has none. */
const callOf = (json: string): readonly [string, string[]] => {
  const [name = '', ...items] = json[0] === '[' ? splitItems(json) : []
  const type: unknown = JSON.parse(name)
  if (typeof type !== 'string' && typeof type !== 'number') throw new TypeError('no name')
  return [String(type), items]
}

/** The first line of a server that speaks Engine.IO 3 over HTTP has its length before it. */
const WITH_LENGTH = /^\d+:0\{/

export const createSocketioReader = (
  settings: ReaderSettings,
  receiver: Receiver,
  { cursor = '', signal, send }: ReadRequest,
): Reader => {
  const { namespace, auth, replies, isList, isVolatile, holders } = settings
  const [oldPid = '', oldOffset] = cursor.split(SLASH)
  let hello: { readonly heartbeatMs: number; readonly maxMessageBytes?: number } | undefined
  let askedPid: string | undefined // of the session that was asked for
  let pid: string | undefined // of the session that there is
  let isJoined = false
  let refusal: ConnectRefusal | undefined // that was answered by a second CONNECT
  const early: Whole[] = [] // events that came before the namespace was connected

  const broken = (fact: string) =>
    receiver.closed({ reason: 'protocol', detail: __DEV__ ? fact : undefined })
  const isOld = () =>
    broken('Engine.IO 3, of Socket.IO 2: update the server, or use its own client')
  const refused = ({ message }: ConnectRefusal, status?: number): Cause => ({
    reason: 'refused',
    status,
    detail: message,
  })

  /** Takes a session, unless another connection that lives has it. */
  const claim = (session: string) => {
    const holder = holders.get(session)
    const isFree = !holder || holder === signal || holder.aborted
    if (isFree) {
      holders.set(session, signal)
      signal.addEventListener(
        'abort',
        () => holders.get(session) === signal && holders.delete(session),
      )
    }
    return isFree
  }
  /** Asks for the namespace, and for the session of the cursor unless another connection has it. */
  const join = async () => {
    try {
      const given = typeof auth === 'function' ? await auth({ refusal }) : auth
      askedPid = oldOffset && claim(oldPid) ? oldPid : undefined
      const session = askedPid && { pid: askedPid, offset: oldOffset }
      const json = JSON.stringify({ ...session, ...given })
      send(formatPacket(CONNECT, namespace, '', [json === '{}' ? '' : json]))
    } catch (error) {
      receiver.closed({ reason: 'url', detail: Object(error).name })
    }
  }
  const opened = (json: string) => {
    const { sid, pingInterval, pingTimeout, maxPayload } = JSON.parse(json)
    if (!sid) throw new TypeError('no sid')
    const silenceMs = clamp(pingInterval + pingTimeout, 1000, 600_000, USUAL_SILENCE_MS)
    hello = { heartbeatMs: silenceMs / HEARTBEATS, maxMessageBytes: maxPayload }
    join()
  }

  const joined = ({ json }: Whole) => {
    const { sid, pid: given } = json ? JSON.parse(json) : {}
    if (!sid) return isOld()
    if (isJoined || !hello) return
    isJoined = true

    // Only for a session that was restored the server sends what was missed, and keeps its ID.
    const isResumed = askedPid !== undefined && given === askedPid
    pid = typeof given === 'string' ? given : undefined
    if (pid) claim(pid)
    receiver.hello({
      ...hello,
      id: isResumed ? cursor : '',
      continuity: isResumed ? 'resumed' : 'unknown',
    })
    if (!isResumed) receiver.reset()
    for (const whole of early.splice(0)) event(whole)
  }
  const connectError = ({ json }: Whole) => {
    const given: unknown = json ? JSON.parse(json) : undefined
    const { message = given, data } = Object(given)
    const now = { message: String(message), data }
    // The one text that all servers of Socket.IO have for it.
    if (now.message === 'Invalid namespace') return receiver.closed(refused(now, 404))
    if (settings.passing?.(now)) return receiver.closed(refused(now))
    if (typeof auth !== 'function' || refusal) return receiver.closed(refused(now, 401))

    refusal = now
    join()
  }
  const event = ({ json, id: number, bytes }: Whole) => {
    const [type, items] = callOf(json)
    let id = ''

    if (pid && number === undefined && !isVolatile(type) && items.at(-1)?.[0] === '"') {
      const key = [pid, JSON.parse(items.pop() ?? '')].join(SLASH)
      if (key.length <= MAX_ID_LENGTH) id = key
    }
    const data = [dataOf(items, isList(type)), ...bytes].join(SEPARATOR)
    const reply = replies && Object.hasOwn(replies, type) ? replies[type] : undefined
    receiver.event({ id, type, data }, bytes.length ? attachments : undefined)
    if (reply && number !== undefined) answer(reply, data, String(number))
  }
  /** A reply that fails is an uncaught error of the page, and the server never hears of it. */
  const answer = async (reply: (data: unknown) => unknown, data: string, number: string) => {
    const [json = '', ...packets] = attachments
      .encode(await reply(attachments.decode(data)))
      .split(SEPARATOR)
    send(formatPacket(ACK, namespace, number, [`[${json}]`, ...packets]))
  }
  const acts: Readonly<Record<string, (whole: Whole) => void>> = {
    [CONNECT]: joined,
    [CONNECT_ERROR]: connectError,
    [DISCONNECT]: () => receiver.closed({ reason: 'server-close', final: !settings.reconnect }),
    [EVENT]: event,
    [ACK]({ json, id: seq = 0, bytes }) {
      receiver.ack({ seq, reply: decode([...splitItems(json)], bytes) })
    },
  }

  /** A server that restores a session brings what was missed before it says so. */
  const act = (whole: Whole) => {
    const isEarly = whole.type === EVENT && !isJoined
    if (whole.namespace !== namespace) {
      if (whole.type === CONNECT && !whole.json) isOld()
    } else if (isEarly && early.push(whole) > MAX_EARLY) broken('events without end before CONNECT')
    else if (!isEarly) acts[whole.type]?.(whole)
  }
  const { message, attachment } = createAssembly(act, broken)
  const read = (text: string) => {
    const type = text[0] ?? NOOP
    const rest = text.slice(1)
    if (!hello) {
      if (WITH_LENGTH.test(text)) isOld()
      else if (type === OPEN) opened(rest)
      else broken('the first packet is no open packet: not a Socket.IO server')
    } else if (type === PING) send(PONG + rest)
    else if (type === MESSAGE) message(rest)
    else if (type === BYTES) attachment(text)
    else if (type === CLOSE) receiver.closed({ reason: 'server-close' })
    else if (type !== NOOP && type !== PONG) broken('a malformed packet')
  }

  return {
    *text(text: string) {
      for (const packet of text.split(SEPARATOR)) {
        try {
          read(packet)
        } catch {
          broken('a malformed packet') // no JSON, or not the JSON of its type
        }
        yield
      }
    },
    event() {},
    closed: (cause) =>
      refusal && !isJoined && cause.reason === 'close-code' ? refused(refusal, 401) : undefined,
  }
}
