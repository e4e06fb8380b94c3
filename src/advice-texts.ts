/** The texts of the advice, by topic. */

/** Mistakes in a call, which no `error` ever shows. As all advice, each has a section in docs/errors.md. */
const callAdvice = {
  'any-over-eventsource':
    'onAny: a native EventSource shows only types that have a listener of their own. Bind them with wire.on, or use another transport',
  bytes:
    'The codec makes an object of numbers of these bytes: pass a codec for bytes (steadywire/codecs), or send base64 text',
  'connection-event':
    'wire.on binds events of your server: those of the connection itself are on wire.connection.on',
  'empty-url': 'The URL is empty: the page itself is asked. Give the URL of the stream',
  'headers-not-sent':
    'Browsers set no headers on WebSocket and EventSource, so these go without: put what the server wants into the URL, or name transports that send them, such as fetchstream() of steadywire/fetchstream',
  'no-page': 'There is no page here: the wire stays connecting. Connect in the browser',
  'own-parameter':
    'The URL has a parameter that the client sets itself, and replaces: give yours another name',
  'reserved-type':
    'Types that begin with sw: are the protocol’s own, and never reach wire.on: choose another type',
  'unheard-type':
    'A type came that nobody listens to, and one that is spelled alike never came: compare the two',
  untyped:
    'What comes without a type is a `message`: name the field that is the type with `envelope` (steadywire/plain), or listen with wire.on("message", …)',
} as const

/** What a connection shows: for an application that does not listen for `error`. */
export const connectionAdvice = {
  blocked: 'A content security policy or an extension forbids it: allow it in connect-src',
  'header-resume':
    'Neither WebSocket nor a native EventSource can send Last-Event-ID: reconnects are gaps there. Use `resume: "query"`, long-poll, or read the stream by fetch (steadywire/fetchstream)',
  html: 'The server answers with an HTML page, as single-page applications do for every path: look at the URL',
  'no-data':
    'The stream has no `data:` fields, and an event without data is none (HTML, "Server-sent events"): write `data: …` lines',
  'no-hello':
    'The server did not begin with sw:hello: it does not speak the Steadywire protocol. For other servers pass `protocol: plain()`',
  'no-ids':
    'The events have no ids, so that a reconnect can’t resume: give each an `id:`, or leave out `resume`',
  'repeated-id':
    'An id came twice, and the second event was dropped: give each event an id of its own',
  'silent-heartbeat':
    'Connections open, and are silent for longer than heartbeatMs. An EventSource hides comments and types that nobody listens to: name the ping’s type with `plain({ heartbeatType })`, or read the stream by fetch (steadywire/fetchstream)',
  'speaks-socketio':
    'This is a Socket.IO server: pass `protocol: socketio()` and the transports of steadywire/socketio',
  'speaks-steadywire': 'The server speaks the Steadywire protocol: leave out `protocol: plain()`',
} as const

export type Topic = keyof typeof callAdvice | keyof typeof connectionAdvice

export const texts: Readonly<Record<Topic, string>> = { ...callAdvice, ...connectionAdvice }
