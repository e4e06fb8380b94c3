/** Advice of the development build: one warning in the console for each mistake that nothing else would show. */
import { connectionAdvice, type Topic, texts } from './advice-texts.ts'
import type { Emitter } from './emitter.ts'
import { type AttemptRecord, SteadywireError } from './errors.ts'
import type { CheckedOptions } from './options.ts'
import type { Environment } from './platform/environment.ts'
import type { Block } from './protocols/event-block.ts'
import type { Hello, Protocol } from './protocols/protocol.ts'
import type { Snapshot, Url, UrlRequest, UrlSource } from './types.ts'

export interface Advise {
  (topic: Topic | SteadywireError, more?: string): void
  /** Called with the type of each event: set by the checks of calls, which know who listens. */
  came?: (type: string) => void
}

/** Warns once for each topic, or code of an error. `isHandled`: the application listens for `error`. */
const createAdvise = ({ console }: Environment, isHandled: () => boolean): Advise => {
  const given = new Set<string>()

  return (topic, more = '') => {
    const isError = topic instanceof SteadywireError
    const name = isError ? topic.code : topic
    const isExplained =
      (name === 'codec' && (given.has('html') || given.has('speaks-steadywire'))) ||
      (name === 'no-hello' && given.has('speaks-socketio'))
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
  let isSocketio = false // by the path of a URL

  const checkUrl = (url: Url, names: readonly string[]) => {
    const isOne = typeof url === 'string' || url instanceof URL
    const urls = isOne ? names.map((name) => [name, url] as const) : Object.entries(url ?? {})
    for (const [transport, one] of urls) {
      if (one == null) continue

      if (one === '') advise('empty-url')
      isSocketio ||= !protocol.over && /\/socket\.io\/?([?#]|$)/.test(String(one))
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
        const guess = isSocketio ? 'speaks-socketio' : explainRace(race, protocol)
        const topic = isRace ? guess : undefined
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
export const createObserver = (advise: Advise, { acks, unique, over }: Protocol) => {
  let isFresh = false
  let withoutId = 0

  return {
    hello({ continuity }: Hello): void {
      isFresh = continuity === 'fresh'
      if (unique && !over && continuity === 'unknown') advise('header-resume')
    },
    text(text: string, contentType: string | undefined): void {
      const isStream = contentType === 'text/event-stream'
      if (!over && /^0\{"sid":/.test(text)) advise('speaks-socketio')
      if (!acks && /^event: ?sw:hello\r?$/m.test(text)) advise('speaks-steadywire')
      if (contentType !== undefined && /^\s*<(!doctype|html)/i.test(text)) advise('html')
      // An event's type, or a line that is no field at all: a handler has forgotten `data:`.
      const isEvent = /^(event:|(?!id|retry|event|data|:).)/m.test(text)
      if (isStream && isEvent && !/^data/m.test(text)) advise('no-data')
    },
    /** One event of a native EventSource. */
    shown({ type }: Block): void {
      if (!acks && type === 'sw:hello') advise('speaks-steadywire')
    },
    event({ id, type }: Block, isRepeated: boolean): void {
      advise.came?.(type)
      if (isRepeated && isFresh) advise('repeated-id')
      withoutId = id ? -Infinity : withoutId + 1
      if (unique && !acks && !over && withoutId === MANY) advise('no-ids')
    },
  }
}
