/** Advice of the development build: one warning in the console for each mistake that nothing else would show. */
import type { Emitter } from './emitter.ts'
import { type AttemptRecord, SteadywireError } from './errors.ts'
import type { CheckedOptions } from './options.ts'
import type { Environment } from './platform/environment.ts'
import type { Block } from './protocols/event-block.ts'
import type { Hello, Protocol } from './protocols/protocol.ts'
import type { Snapshot, Url, UrlRequest, UrlSource } from './types.ts'

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
const connectionAdvice = {
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
  'speaks-steadywire': 'The server speaks the Steadywire protocol: leave out `protocol: plain()`',
} as const

export type Topic = keyof typeof callAdvice | keyof typeof connectionAdvice
export interface Advise {
  (topic: Topic | SteadywireError, more?: string): void
  /** Called with the type of each event: set by the checks of calls, which know who listens. */
  came?: (type: string) => void
}

const texts: Readonly<Record<Topic, string>> = { ...callAdvice, ...connectionAdvice }

/** Warns once for each topic, or code of an error. `isHandled`: the application listens for `error`. */
const createAdvise = ({ console }: Environment, isHandled: () => boolean): Advise => {
  const given = new Set<string>()

  return (topic, more = '') => {
    const isError = topic instanceof SteadywireError
    const name = isError ? topic.code : topic
    const isExplained = name === 'codec' && (given.has('html') || given.has('speaks-steadywire'))
    if (isExplained || given.has(name) || (name in connectionAdvice && isHandled())) return

    given.add(name)
    const text = isError ? topic.message : `${texts[topic]} (docs/errors.md#${topic})`
    console?.warn(`Steadywire: ${text}${more && `: ${more}`}`)
  }
}

/** The records of attempts in a line. */
const summarise = (attempts: readonly AttemptRecord[]): string =>
  attempts
    .map(({ transport, reason = 'pending', status, closeCode, detail }) => {
      const facts = [transport, reason, status ?? closeCode, detail && `(${detail})`]
      return facts.filter(Boolean).join(' ')
    })
    .join(', ')

/** What to add to an error: what the transports saw, or why the codec refused. */
const explainError = ({ code, cause }: SteadywireError, race: string): string => {
  if (code === 'codec') return cause instanceof Error ? cause.message : ''
  if (code !== 'unreachable') return code === 'failed' ? race : ''
  return `is the server up, is the URL right, and does it allow this page’s origin (CORS)? Seen: ${race}`
}

/** What a race that came to nothing says to somebody who has just begun. */
const explainRace = (attempts: readonly AttemptRecord[], { acks }: Protocol): Topic | undefined => {
  const isWordless = ({ reason, phase }: AttemptRecord) =>
    reason === 'content-type' ||
    (phase === 'opened' && (reason === 'protocol' || reason === 'timeout'))

  if (attempts.some(({ detail }) => detail === 'text/html')) return 'html'
  return acks && attempts.some(isWordless) ? 'no-hello' : undefined
}

const hostOf = (url: string | URL, base?: string): string => {
  try {
    return new URL(url, base).host
  } catch {
    return '' // the client refuses it
  }
}

/** Parameters of a URL that the protocol replaces in a request of that transport. */
const replacedIn = (
  url: string | URL,
  transport: string,
  { protocol, cursorParam, lastEventId }: CheckedOptions,
): readonly string[] => {
  const [, own = ''] = /\?([^#]*)/.exec(String(url).replace(/#.*/, '')) ?? []
  const names = new URLSearchParams(own)
  const request = {
    transport,
    cursor: (transport !== 'send' && lastEventId) || undefined,
    cursorParam,
  }
  const query = protocol.query({ ...request, clientId: '-', count: 1, isFirst: true })
  return Object.keys(query).filter((name) => query[name] !== undefined && names.has(name))
}

export interface Adviser {
  readonly advise: Advise
  /** The source, whose URLs are looked at before they are used. */
  watchSource(source: UrlSource): UrlSource
  /** Watches how the connection fares. Returns the unwatch. */
  watchConnection(attempts: () => readonly AttemptRecord[]): () => void
}

/** Consoles of servers that render pages and know: they connect with each request. */
const informed = new WeakSet<object>()

/** `connection`: the emitter of the connection's events. */
export const createAdviser = (
  environment: Environment,
  options: CheckedOptions,
  connection: Emitter,
): Adviser => {
  const { transports, protocol } = options
  const { console, document, location } = environment
  const isPage = environment.addEventListener !== undefined
  const advise = createAdvise(environment, () => connection.has('error'))
  const hosts = new Set<string>() // that URLs name

  const checkUrl = (url: Url, names: readonly string[]) => {
    const isOne = typeof url === 'string' || url instanceof URL
    const urls = isOne ? names.map((name) => [name, url] as const) : Object.entries(url ?? {})
    for (const [transport, one] of urls) {
      if (one == null) continue

      if (one === '') advise('empty-url')
      hosts.add(hostOf(one, document?.baseURI ?? location?.href))
      const [replaced] = replacedIn(one, transport, options)
      if (replaced) advise('own-parameter', replaced)
    }
  }

  const isBare = transports.some(({ sendsHeaders }) => !sendsHeaders)
  if (options.headers && isBare && isPage) advise('headers-not-sent')

  return {
    advise,

    watchSource(source) {
      if (typeof source === 'function') {
        return (request: UrlRequest) => {
          const url = source(request)
          const check = (given: Url) => checkUrl(given, [request.transport])
          Promise.resolve(url)
            .then(check)
            .catch(() => {}) // the client says so itself
          return url
        }
      }

      if (isPage) checkUrl(source, [...transports.map(({ name }) => name), 'send'])
      else if (console && !informed.has(console)) {
        informed.add(console)
        advise('no-page')
      }
      return source
    },

    watchConnection(attempts) {
      /** Names the policy that forbids a request, which comes after the request has failed. */
      const violated = (event: Event & Partial<SecurityPolicyViolationEvent>) => {
        const { effectiveDirective, blockedURI = '' } = event
        const host = hostOf(blockedURI)
        if (effectiveDirective !== 'connect-src' || !hosts.has(host)) return
        advise('blocked', `the policy's connect-src lacks ${new URL(blockedURI).protocol}//${host}`)
      }
      let known: Snapshot['error']
      connection.methods.on('change', ({ error }: Snapshot) => {
        const race = attempts().slice(-transports.length)
        const blocked = attempts().filter(({ reason }) => reason === 'blocked')
        if (blocked.length > 1) advise('blocked') // the first time the event above may still come

        const { code } = error ?? {}
        const isExplained = code === 'unreachable' && blocked.length > 0
        if (!error || error === known || isExplained) return
        known = error
        const isRace = code === 'unreachable' || code === 'failed'
        const topic = isRace ? explainRace(race, protocol) : undefined
        if (code === 'protocol') advise('repeated-id')
        else if (topic) advise(topic, summarise(race))
        else if (!connection.has('error')) advise(error, explainError(error, summarise(race)))
      })

      environment.addEventListener?.('securitypolicyviolation', violated, true)
      return () => environment.removeEventListener?.('securitypolicyviolation', violated, true)
    },
  }
}

/** This many events without an id tell that no more will come. */
const MANY = 10

/** Watches what one connection brings. */
export const createObserver = (advise: Advise, { acks, unique }: Protocol) => {
  let isFresh = false
  let withoutId = 0

  return {
    hello({ continuity }: Hello): void {
      isFresh = continuity === 'fresh'
      if (unique && continuity === 'unknown') advise('header-resume')
    },
    text(text: string, contentType: string | undefined): void {
      const isStream = contentType === 'text/event-stream'
      if (!acks && /^event: ?sw:hello\r?$/m.test(text)) advise('speaks-steadywire')
      if (contentType !== undefined && /^\s*<(!doctype|html)/i.test(text)) advise('html')
      if (isStream && /^event:/m.test(text) && !/^data/m.test(text)) advise('no-data')
    },
    /** One event of a native EventSource. */
    shown({ type }: Block): void {
      if (!acks && type === 'sw:hello') advise('speaks-steadywire')
    },
    event({ id, type }: Block, isRepeated: boolean): void {
      advise.came?.(type)
      if (isRepeated && isFresh) advise('repeated-id')
      withoutId = id ? -Infinity : withoutId + 1
      if (unique && !acks && withoutId === MANY) advise('no-ids')
    },
  }
}
