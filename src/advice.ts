/** Advice of the development build: one warning in the console for each mistake that nothing else would show. */
import type { AttemptRecord, Cause, SteadywireError } from './errors.ts'
import type { CheckedOptions } from './options.ts'
import type { Environment } from './platform/environment.ts'
import type { Block } from './protocols/event-block.ts'
import type { Hello, Protocol } from './protocols/protocol.ts'
import type { UrlSource } from './types.ts'

/** Each has a section in docs/errors.md. */
const advice = {
  'no-connection': 'No transport connects',
  'no-hello':
    'The server did not begin with sw:hello: it does not speak the Steadywire protocol. For other servers pass `protocol: plain()`',
  'speaks-steadywire': 'The server speaks the Steadywire protocol: leave out `protocol: plain()`',
  html: 'The server answers with an HTML page, as single-page applications do for every path: look at the URL',
  'no-data':
    'The stream has no `data:` fields, and an event without data is none (HTML, "Server-sent events"): write `data: …` lines',
  'no-ids':
    'The events have no ids: a reconnect can’t resume. Give each an `id:`, or leave out `resume`',
  'repeated-id':
    'An id came twice outside of a replay: the second event was dropped. Give each event an id of its own',
  'silent-heartbeat':
    'The connection opened and was silent for longer than heartbeatMs. An EventSource hides comments and types that nobody listens to: name the ping’s type with `plain({ heartbeatType })`, or read the stream by fetch (steadywire/fetchstream)',
  blocked:
    'The browser did not even try the WebSocket: a content security policy (connect-src) or an extension forbids it',
  'own-parameter': 'The URL has a parameter that the client sets itself: its value is replaced',
  'any-over-eventsource':
    'onAny: a native EventSource shows only types that have a listener of their own. Bind them, or use another transport',
  bytes:
    'The codec makes an object of numbers of these bytes: pass a codec for bytes, or base64 text',
  'empty-url': 'The URL is empty: the page itself is asked',
  'no-page': 'There is no page here: the wire stays connecting. In a browser it connects',
  'header-resume':
    'Neither WebSocket nor a native EventSource can send Last-Event-ID: reconnects are gaps there. Use `resume: "query"`, long-poll, or read the stream by fetch (steadywire/fetchstream)',
} as const

export type Topic = keyof typeof advice
export type Advise = (topic: Topic, more?: string) => void

/** Warns once for each topic, unless `isHandled` says that the application looks at errors by itself. */
export const createAdvisor = (environment: Environment, isHandled: () => boolean): Advise => {
  const given = new Set<Topic>()
  return (topic, more = '') => {
    if (given.has(topic) || isHandled()) return
    given.add(topic)
    environment.console?.warn(
      `Steadywire: ${advice[topic]}${more && `: ${more}`}. See docs/errors.md#${topic}`,
    )
  }
}

/** What the records of attempts say, in a line. */
export const summarise = (attempts: readonly AttemptRecord[]): string =>
  attempts
    .slice(-3)
    .map(({ transport, reason, status, closeCode, detail }) =>
      [transport, reason, status ?? closeCode, detail && `(${detail})`].filter(Boolean).join(' '),
    )
    .join(', ')

/** What an `error` or the end of an attempt says to somebody who has just begun. */
export const adviseOnError = (
  advise: Advise,
  error: SteadywireError,
  attempts: readonly AttemptRecord[],
): void => {
  const ends = attempts.map(({ reason, detail }) => `${reason} ${detail}`)
  if (ends.includes('protocol the first block was no hello')) advise('no-hello')
  if (ends.some((end) => end.startsWith('content-type text/html'))) advise('html')
  if (ends.some((end) => end.startsWith('blocked'))) advise('blocked')
  if (ends.some((end) => end.startsWith('heartbeat'))) advise('silent-heartbeat')
  if (error.code === 'unreachable') advise('no-connection', summarise(attempts))
}

/** What can be seen before anything is asked. */
export const adviseOnStart = (
  advise: Advise,
  source: UrlSource,
  { protocol, cursorParam }: CheckedOptions,
  isPage: boolean,
): void => {
  if (!isPage) {
    advise('no-page')
    return
  }
  if (source === '') advise('empty-url')
  const own = protocol.acknowledges ? ['client_id', 'wait', cursorParam] : [cursorParam]
  const urls =
    typeof source === 'object' && !(source instanceof URL) ? Object.values(source) : [source]
  for (const url of urls) {
    if (typeof url === 'function') continue
    const [, query = ''] = String(url).split('?')
    const replaced = own.find((name) => new URLSearchParams(query).has(name))
    if (replaced) advise('own-parameter', replaced)
  }
}

/** Names the policy that forbids a request. Returns the unbind. */
export const watchPolicy = (environment: Environment, advise: Advise): (() => void) => {
  const type = 'securitypolicyviolation'
  const listener = (event: Event & Partial<SecurityPolicyViolationEvent>) => {
    if (event.effectiveDirective === 'connect-src') {
      advise('blocked', `${event.effectiveDirective} does not allow ${event.blockedURI}`)
    }
  }
  environment.addEventListener?.(type, listener, true)
  return () => environment.removeEventListener?.(type, listener, true)
}

/** Watches what one connection brings. */
export interface Observer {
  hello(hello: Hello): void
  text(text: string, contentType: string | undefined): void
  event(block: Block, isRepeated: boolean): void
  ended(cause: Cause): void
}

/** This many events without an id tell that no more will come. */
const MANY = 10

export const createObserver = (advise: Advise, { acknowledges, unique }: Protocol): Observer => {
  let isFresh = false
  let withoutId = 0
  return {
    hello({ continuity }) {
      isFresh = continuity === 'fresh'
      if (unique && continuity === 'unknown') advise('header-resume')
    },
    text(text, contentType) {
      const isStream = contentType === 'text/event-stream'
      if (!acknowledges && /^event: ?sw:hello$/m.test(text)) advise('speaks-steadywire')
      if (contentType === 'text/html' || /^\s*<!doctype html/i.test(text)) advise('html')
      if (isStream && /^\w+:/m.test(text) && !/^data/m.test(text)) advise('no-data')
    },
    event({ id, type }, isRepeated) {
      if (!acknowledges && type === 'sw:hello') advise('speaks-steadywire')
      if (isRepeated && isFresh) advise('repeated-id', id)
      withoutId = id ? -Infinity : withoutId + 1
      if (unique && !acknowledges && withoutId === MANY) advise('no-ids')
    },
    ended({ reason }) {
      if (reason === 'blocked') advise('blocked')
    },
  }
}
