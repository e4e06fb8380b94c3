/** Where each request goes: the application's URL, with what the protocol and the cursor add. */
import { type Cause, SteadywireError } from '../errors.ts'
import type { CheckedOptions } from '../options.ts'
import type { Environment } from '../platform/environment.ts'
import type { Target, Transport } from '../transports/transport.ts'
import type { UrlRequest, UrlSource } from '../types.ts'

export interface Urls {
  /** Where the winner is remembered: origin and path, those of the page where the URL is a function. */
  readonly key: string
  /** The transports that have a URL and that this environment has. */
  readonly transports: readonly Transport[]
  /** Whether a refused URL, or refused headers, can be asked for anew. */
  readonly refreshable: boolean
  /**
   * Where one request goes. `fallback`: the transport whose URL a POST takes where it has none of its own; `race` tells
   * races apart. Rejects with a `Cause`.
   */
  resolve(
    request: UrlRequest,
    fallback?: Transport,
    cursor?: string,
    race?: number,
  ): Promise<Target>
}

/** 128 random bits, new for each client; no secret. */
const createClientId = ({ crypto }: Environment): string =>
  crypto.getRandomValues(new Uint32Array(4)).join('-')

/** The URL that `url` gives for a transport (`send` for a POST), or `undefined` where it gives none. */
const pickUrl = (url: UrlSource | undefined, transport = ''): string | URL | undefined => {
  if (typeof url === 'string' || url instanceof URL) return url
  return (url as Readonly<Record<string, string | URL | undefined>> | undefined)?.[transport]
}

/** The absolute URL, without a fragment. Throws `bad-url`. */
const parseUrl = (url: string | URL | null | undefined, base: string | undefined): URL => {
  try {
    const parsed = new URL(url as string, base)
    parsed.hash = ''
    if (url != null && /^(http|ws)s?:/.test(parsed.href)) return parsed
  } catch {
    // falls through: the browser's own message would quote the whole URL
  }
  throw new SteadywireError('bad-url', __DEV__ && 'Not a URL of http(s) or ws(s)')
}

/** Sets query parameters. The query is text: what stands there stays as it is, but for parameters of these names. */
const setQuery = (url: URL, query: Readonly<Record<string, string | undefined>>) => {
  let { search } = url
  for (const [name, value] of Object.entries(query)) {
    if (value == null) continue
    const others = search.replace(/[?&][^&]*/g, (part) =>
      new URLSearchParams(part).has(name) ? '' : part,
    )
    search = `${others}&${new URLSearchParams([[name, value]])}`
  }
  url.search = search.replace(/^&/, '')
}

/**
 * Several attempts of a race that were refused ask for one fresh value together: the others are asked for after it. URL and
 * headers apart, since not all of them carry headers.
 */
const refreshing = <T>(ask: (request: UrlRequest) => T) => {
  let refreshedRace: number | undefined
  let refresh: T | undefined // of that race

  return async (request: UrlRequest, race: number) => {
    if (request.reason !== 'unauthorized') return ask(request)
    if (race === refreshedRace) {
      await refresh
      return ask({ ...request, reason: 'reconnect' })
    }
    refresh = ask(request)
    refreshedRace = race
    return refresh
  }
}

/** Throws `bad-url` for a URL that is none, `unsupported` where no transport can be used; without a page neither. */
export const createUrls = (
  environment: Environment,
  source: UrlSource,
  { transports, protocol, cursorParam, headers }: CheckedOptions,
  isPage: boolean,
  report: (error: SteadywireError) => void,
): Urls => {
  const clientId = createClientId(environment)
  const base = environment.document?.baseURI ?? environment.location?.href // of this moment: pages change it
  const isAsked = typeof source === 'function'
  const refreshable = isAsked || typeof headers === 'function'
  const usable = transports.filter(
    ({ name, needs }) => environment[needs] && (isAsked || pickUrl(source, name) != null),
  )
  if (isPage && !usable.length)
    throw new SteadywireError('unsupported', __DEV__ && 'No transport can be used here')

  // Of this moment: an application may change its objects. And checked, so that a wrong one is known where it was given.
  const known: Record<string, string> = {}
  if (isPage)
    for (const name of [...usable.map((transport) => transport.name), 'send']) {
      const url = pickUrl(source, name)
      if (url != null) known[name] = parseUrl(url, base).href
    }
  const [place = environment.location?.href ?? ''] = Object.values(known)

  let count = 0
  let isReported = false // that there is no URL
  const urlOf = refreshing(isAsked ? source : () => known)
  const headersOf = refreshing(typeof headers === 'function' ? headers : () => headers)

  return {
    // Without user and password, query and fragment: it is stored. A function's URL is not known yet: the page stands for it.
    key: `steadywire:${place.replace(/\/\/[^/]*@|[?#].*/g, '')}`,
    transports: usable,
    refreshable,
    async resolve(request, fallback, cursor, race = NaN) {
      const { transport, signal } = request
      const isFirst = request.reason !== 'poll'
      let isLeftOut = !refreshable // or as the function may do with a transport
      try {
        await undefined // never within the caller's own step: the function may act on the wire
        signal.throwIfAborted()
        const [given, fields] = await Promise.all([
          urlOf(request, race),
          (transport === 'send' || fallback?.sendsHeaders) && headersOf(request, race),
        ])
        const picked = pickUrl(given, transport) ?? pickUrl(given, fallback?.name)
        isLeftOut ||= Boolean(given) && picked == null && transport !== 'send'

        const url = parseUrl(picked, base)
        isReported = false
        count++
        setQuery(url, protocol.query({ transport, cursor, cursorParam, clientId, count, isFirst }))
        return {
          url: url.href.replace(/^(http|ws)/, transport === 'websocket' ? 'ws' : 'http'),
          headers: { ...protocol.headers?.({ transport, cursor }), ...fields },
        }
      } catch (cause) {
        if (!isLeftOut && !isReported && !signal.aborted) {
          isReported = true // once in a series
          report(
            new SteadywireError(
              'url',
              __DEV__ && 'There is no URL for a request, or no headers',
              cause,
            ),
          )
        }
        throw { reason: 'url' } satisfies Cause
      }
    },
  }
}
