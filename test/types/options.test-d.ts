// What may be given to `connect`: every form of URL, and the options.

import * as core from '../../src/core.ts'
import { connect, type Options, type UrlRequest } from '../../src/index.ts'
import { type Equal, holds, some } from './equal.ts'

/* ------------------------------------------------------------------ URLs */

connect('/live')
connect(new URL('https://live.example/'))
connect({ websocket: '/ws', longpoll: new URL('https://live.example/'), send: '/in' })
connect(() => '/live')
connect(async () => new URL('https://live.example/'))
connect(async ({ transport, attempt, reason, signal }) => {
  holds<Equal<typeof transport, string>>()
  holds<Equal<typeof attempt, number>>()
  holds<
    Equal<typeof reason, 'connect' | 'reconnect' | 'probe' | 'poll' | 'send' | 'unauthorized'>
  >()
  holds<Equal<typeof signal, AbortSignal>>()
  return { eventsource: '/live' }
})
const ticketed = async (request: UrlRequest) => `/live?for=${request.transport}`
connect(ticketed)

// @ts-expect-error: no URL
connect()
// @ts-expect-error: no URL
connect(null)
// @ts-expect-error: no URL
connect(5)
// @ts-expect-error: no such transport
connect({ webSocket: '/live' })
// @ts-expect-error: the function gives no URL
connect(() => {})
// @ts-expect-error: the function gives no URL
connect(async () => 5)
// @ts-expect-error: no such reason
connect(({ reason }) => (reason === 'retry' ? '/a' : '/b'))

/* ------------------------------------------------------------------ options */

connect('/live', {})
connect('/live', {
  transports: [core.websocket, core.longpoll],
  protocol: core.plain({ resume: 'query' }),
  codec: core.text,
  lastEventId: 'e-1',
  withCredentials: true,
  signal: new AbortController().signal,
  attemptDelayMs: 500,
  connectTimeoutMs: 10_000,
  minDelayMs: 1000,
  maxDelayMs: 30_000,
  stableMs: 5000,
  ackTimeoutMs: 10_000,
  maxMessages: 1000,
  maxBufferedBytes: 1_048_576,
  maxEventBytes: 1_048_576,
  storage: null,
  cursorParam: 'last_event_id',
})
connect('/live', { storage: some<Storage>() })
connect('/live', { storage: { getItem: () => null, setItem() {}, removeItem() {} } })

// @ts-expect-error: no such option
connect('/live', { timeoutMs: 5 })
// @ts-expect-error: a number
connect('/live', { stableMs: '5s' })
// @ts-expect-error: a function, to be called for its value
connect('/live', { protocol: core.plain })
// @ts-expect-error: values, not names
connect('/live', { transports: ['websocket'] })
// @ts-expect-error: not the controller
connect('/live', { signal: new AbortController() })
// @ts-expect-error: a storage can forget
connect('/live', { storage: { getItem: () => null, setItem() {} } })
/* ------------------------------------------------------------------ left out, or undefined */

type Left = { readonly [Name in keyof Required<Options>]: undefined }
const nothing: Left = some<Left>()
connect('/live', nothing)
holds<Equal<Left extends Options ? true : false, true>>()

type LeftOfPlain = { readonly [Name in keyof Required<core.PlainOptions>]: undefined }
core.plain(some<LeftOfPlain>())

/* ------------------------------------------------------------------ plain */

core.plain()
core.plain({})
core.plain({ resume: 'header', heartbeatMs: 15_000, heartbeatType: 'ping', repeat: true })
core.plain({ retryMs: 5000, pollMs: 0, cacheParam: null, contentType: 'text/plain' })

// @ts-expect-error: it says how the server takes the cursor
core.plain({ resume: true })
// @ts-expect-error: no such way
core.plain({ resume: 'cookie' })
// @ts-expect-error: it is `resume` now
core.plain({ resumable: true })
// @ts-expect-error: a name
core.plain({ heartbeatType: 5 })
// @ts-expect-error: it is `longpoll`
connect({ websocket: '/ws', poll: '/p' })

/* ------------------------------------------------------------------ a part of the page */

connect('/live', { environment: {} })
connect('/live', { environment: { Date: { now: () => 0, parse: () => 0 } } })
connect('/live', { environment: globalThis })
// @ts-expect-error: a clock
connect('/live', { environment: { Date: 5 } })

const frozen: Options = Object.freeze({ stableMs: 5 })
// @ts-expect-error: read only
frozen.stableMs = 6

/* ------------------------------------------------------------------ core */

const parts = {
  transports: [core.websocket],
  protocol: core.steadywire,
  codec: core.json,
} as const
core.connect('/live', parts)
core.connect('/live', { ...parts, negotiation: core.negotiation, stableMs: 5 })
const typed = core.connect<{ tick: number }>('/live', parts)
typed.on('tick', (data) => holds<Equal<typeof data, number>>())

// @ts-expect-error: core has no defaults
core.connect('/live')
// @ts-expect-error: nor a transport
core.connect('/live', { protocol: core.steadywire, codec: core.json })
// @ts-expect-error: nor a protocol
core.connect('/live', { transports: [core.websocket], codec: core.json })
// @ts-expect-error: nor a codec
core.connect('/live', { transports: [core.websocket], protocol: core.steadywire })
