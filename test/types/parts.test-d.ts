// Parts of one's own: a transport, a protocol and a codec are values of these shapes.
import {
  type Codec,
  connect,
  type Frame,
  type Protocol,
  plain,
  type Target,
  type Transport,
  websocket,
} from '../../src/index.ts'
import { type Equal, holds, some } from './equal.ts'

/* ------------------------------------------------------------------ a codec */

const base64: Codec = {
  encode: (data) => {
    holds<Equal<typeof data, unknown>>()
    return btoa(String(data))
  },
  decode: (text) => atob(text),
}
connect('/live', { codec: base64 })

const bytes: Codec = {
  encode: (_data, type) => new Uint8Array(type.length),
  decode: (text, event) => {
    holds<Equal<typeof text, string>>()
    return event?.bytes ?? text
  },
}
connect('/live', { codec: bytes })
// @ts-expect-error: text, or bytes
const numeric: Codec = { encode: () => 5, decode: (text) => text }
// @ts-expect-error: both ways
const oneWay: Codec = { encode: String }
connect('/live', { codec: numeric ?? oneWay })

/* ------------------------------------------------------------------ a transport */

const carrier: Transport = {
  name: 'carrier',
  needs: 'XMLHttpRequest',
  seesStatus: true,
  open(request, sink) {
    const { environment, target, withCredentials, protocol, nextTarget, cursor, paceMs, types } =
      request
    holds<Equal<typeof target, Target>>()
    holds<Equal<typeof withCredentials, boolean>>()
    holds<Equal<typeof protocol, Protocol>>()
    nextTarget((next) => holds<Equal<typeof next, Target>>())
    holds<Equal<typeof cursor, string | undefined>>()
    holds<Equal<ReturnType<typeof paceMs>, number>>()
    holds<Equal<ReturnType<typeof types>, Iterable<string>>>()

    environment.setTimeout(() => sink.opened(), 5)
    sink.text('data: x\n\n')
    sink.text('data: x\n\n', 'text/event-stream')
    sink.event({ id: '', type: 'message', data: 'x' })
    sink.event({ id: '', type: 'message', data: 'x' }, true)
    sink.text('data: x\n\n', undefined, (events) => holds<Equal<typeof events, number>>())
    sink.text(new Uint8Array(5))
    sink.event({ id: '', type: 'message', data: '', bytes: new Uint8Array(5) })
    sink.unreadable('a binary frame')
    sink.drained()
    sink.closed({ reason: 'status', status: 503, retryAfterMs: 5000 })
    // @ts-expect-error: no such reason
    sink.closed({ reason: 'because' })
    // @ts-expect-error: a reason must be given
    sink.closed({})
    return {
      send: (frame) => {
        holds<Equal<typeof frame, Frame>>()
        return frame.length < 5
      },
      close() {},
    }
  },
}
connect('/live', { transports: [carrier, websocket] })

// @ts-expect-error: it must say what it needs
const needless: Transport = { name: 'x', seesStatus: true, open: carrier.open }
// @ts-expect-error: it must be closed
const endless: Transport = { ...carrier, open: () => ({ send: () => true }) }
// @ts-expect-error: whether it took the message, not how many
const counting: Transport = { ...carrier, open: () => ({ send: () => 1, close() {} }) }
// downstream only
const deaf: Transport = { ...carrier, duplex: false, open: () => ({ close() {} }) }
// @ts-expect-error: no such constructor
const strange: Transport = { ...carrier, needs: 'WebTransport' }
connect('/live', { transports: [needless, endless, counting, deaf, strange] })

/* ------------------------------------------------------------------ a protocol */

const loud: Protocol = {
  ...plain(),
  name: 'loud',
  format: (seq, type, data) => {
    holds<Equal<typeof seq, number>>()
    return `${type}: ${data}`.toUpperCase()
  },
  query: ({ transport, clientId, count }) => ({
    via: transport,
    clientId,
    count: `${count}`,
    nothing: undefined,
  }),
}
connect('/live', { protocol: loud })

const binary: Protocol = { ...loud, format: () => new Uint8Array() }
connect('/live', { protocol: binary })
// @ts-expect-error: text, or bytes
const counted: Protocol = { ...loud, format: (seq) => seq }
// @ts-expect-error: it must say whether ids are unique
const vague: Protocol = some<Omit<Protocol, 'unique'>>()
connect('/live', { protocol: counted ?? vague })
