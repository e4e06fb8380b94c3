/** The protocol of Socket.IO servers, versions 3 and 4: Engine.IO protocol 4, Socket.IO protocol 5. */
import type { Protocol } from './protocol.ts'
import { checkSocketio } from './socketio-check.ts'
import type { SocketioOptions, Types } from './socketio-options.ts'
import { asksForAck, EVENT, formatPacket, SEPARATOR } from './socketio-packet.ts'
import { createSocketioReader, type SessionHolders } from './socketio-reader.ts'

/** These are events of Socket.IO itself, and no server takes them. */
const RESERVED = [
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
]

const toTest = (types: Types = []) =>
  typeof types === 'function' ? types : (type: string) => types.includes(type)

/**
 * The protocol of Socket.IO servers. Its transports are `websocket` and `polling` of this entry; the URL is that of the
 * server's `path`, which is `/socket.io/` unless it says otherwise.
 *
 * @example
 * const wire = connect('https://chat.example/socket.io/', {
 *   protocol: socketio({ auth: async () => ({ token: await token() }), acks: ['chat'] }),
 *   transports: [websocket, polling],
 * })
 */
export const socketio = (options: SocketioOptions = {}): Protocol => {
  if (__DEV__) checkSocketio(options)
  const { namespace = '/', repeat = false } = options
  const isAcknowledged = toTest(options.acks)
  const isList = toTest(options.lists)
  const isVolatile = toTest(options.volatile)
  const holders: SessionHolders = new Map()

  return {
    name: 'socketio',
    types: [],
    unique: true,
    repeats: repeat,
    exclusive: true,
    contentType: 'text/plain;charset=UTF-8',
    batch: 1,
    pollMs: 0,
    ...(__DEV__ && { over: ['websocket', 'polling'], bytesBy: 'attachments' }),
    accepts: (status) => status === 200,
    query: ({ transport, clientId, count }) => ({
      EIO: '4',
      transport,
      t: transport === 'polling' ? `${clientId}-${count}` : undefined,
    }),
    read: (receiver, request) =>
      createSocketioReader(
        { ...options, namespace, isList, isVolatile, holders },
        receiver,
        request,
      ),
    awaits: asksForAck,
    format(seq, type, data: string) {
      if (RESERVED.includes(type))
        throw new TypeError(__DEV__ ? 'Socket.IO reserves it' : undefined)
      const [json = '', ...bytes] = data.split(SEPARATOR)
      if (__DEV__ && json) JSON.parse(json) // a server hangs up where it is none
      const isListed = isList(type)
      if (isListed && json[0] !== '[') throw new TypeError(__DEV__ ? 'not a list' : undefined)

      const given = isListed ? json.slice(1, -1).trim() : json
      const call = `[${JSON.stringify(type)}${given && `,${given}`}]`
      return formatPacket(EVENT, namespace, isAcknowledged(type) ? String(seq) : '', [
        call,
        ...bytes,
      ])
    },
  }
}
