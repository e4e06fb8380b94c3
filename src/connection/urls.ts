/** Where each request goes: the application's URL, with what the protocol and the cursor add. */
import { type Cause, SteadywireError } from '../errors.ts'
import type { CheckedOptions } from '../options.ts'
import type { Environment } from '../platform/environment.ts'
import type { Transport } from '../transports/transport.ts'
import type { Url, UrlRequest, UrlSource } from '../types.ts'

export interface Urls {
  /** Where the winner is remembered: origin and path, those of the page where the URL is a function. */
  readonly key: string
  /** The transports that have a URL and that this environment has. */
  readonly transports: readonly Transport[]
  /** Whether a refused URL can be asked for anew. */
  readonly refreshable: boolean
  /**
   * The URL of one request, whose `signal` only a function needs; `own` is the connection's transport, whose URL a POST falls
   * back on; `race` tells races apart. Rejects with a `Cause`.
   */
  resolve(
    request: Omit<UrlRequest, 'signal'> & { readonly signal: AbortSignal | undefined },
    own: string,
    cursor?: string,
    race?: number,
  ): Promise<string>
}

/** 128 random bits, new for each client; no secret. */
const createClientId = ({ crypto }: Environment): string =>
  crypto.getRandomValues(new Uint32Array(4)).join('-')

/** The URL that `url` gives for a transport (`send` for a POST), or `undefined` where it gives none. */
const pickUrl = (url: Url | undefined, transport: string): string | URL | undefined => {
  if (typeof url === 'string' || url instanceof URL) return url
  return (url as Readonly<Record<string, string | URL | undefined>> | undefined)?.[transport]
}

/** The absolute URL, without a fragment. Throws `bad-url`. */
const parseUrl = (url: string | URL | null | undefined, base: string | undefined): string => {
  try {
    const { href } = new URL(url as string, base)
    if (url != null && /^(http|ws)s?:/.test(href)) return href.replace(/#.*/, '')
  } catch {
    // falls through: the browser's own message would quote the whole URL
  }
  throw new SteadywireError('bad-url', __DEV__ && 'Not a URL of http(s) or ws(s)')
}

/** With query parameters set. The query is text: what stands there stays as it is, but for parameters of these names. */
const withQuery = (href: string, query: Readonly<Record<string, string | undefined>>): string => {
  const added = Object.entries(query).filter((entry): entry is [string, string] => entry[1] != null)
  const [path = ''] = href.split('?', 1)
  const own = href.slice(path.length + 1)
  const kept = (own ? own.split('&') : []).filter((part) => {
    const [name] = new URLSearchParams(part).keys()
    return !added.some((entry) => entry[0] === name)
  })
  const parts = [...kept, ...added.map((entry) => new URLSearchParams([entry]).toString())]
  return parts[0] ? `${path}?${parts.join('&')}` : href
}

/** Throws `bad-url` for a URL that is none, `unsupported` where no transport can be used; without a page neither. */
export const createUrls = (
  environment: Environment,
  source: UrlSource,
  { transports, protocol, cursorParam }: CheckedOptions,
  isPage: boolean,
  report: (error: SteadywireError) => void,
): Urls => {
  const clientId = createClientId(environment)
  const base = environment.document?.baseURI ?? environment.location?.href // of this moment: pages change it
  const refreshable = typeof source === 'function'
  const usable = transports.filter(
    ({ name, needs }) => environment[needs] && (refreshable || pickUrl(source, name) != null),
  )
  const [first] = usable
  if (!first && isPage)
    throw new SteadywireError('unsupported', __DEV__ && 'No transport can be used here')

  // Of this moment: an application may change its objects. And checked, so that a wrong one is known where it was given.
  const known: Record<string, string> = {}
  if (typeof source !== 'function' && first && isPage) {
    for (const name of [...usable.map((transport) => transport.name), 'send']) {
      known[name] = parseUrl(pickUrl(source, name) ?? pickUrl(source, first.name), base)
    }
    if (pickUrl(source, 'send') == null) delete known.send
  }
  let count = 0
  let isReported = false // that there is no URL
  let refresh: { readonly race: number; readonly url: Promise<Url> } | undefined

  const ask = async (request: UrlRequest, race: number): Promise<Url> => {
    if (typeof source !== 'function') return known
    if (request.reason !== 'unauthorized' || request.transport === 'send') return source(request)

    // Several attempts of a race that were refused ask for one fresh URL together; the others are asked for after it.
    if (refresh?.race === race) {
      await refresh.url.catch(() => {})
      return source({ ...request, reason: 'reconnect' })
    }
    refresh = { race, url: Promise.resolve(source(request)) }
    return refresh.url
  }

  return {
    // Without user and password, query and fragment: it is stored. A function's URL is not known yet: the page stands for it.
    key: `steadywire:${(known[first?.name ?? ''] ?? environment.location?.href ?? '').replace(/\/\/[^/]*@|[?#].*/g, '')}`,
    transports: usable,
    refreshable,
    async resolve(request, own, cursor, race = 0) {
      const { transport, reason, signal } = request
      let isLeftOut = false // as a function may do with a transport
      try {
        await undefined // never within the caller's own step: the function may act on the wire
        if (signal?.aborted) throw signal.reason
        const url = await ask(request as UrlRequest, race)
        const picked = pickUrl(url, transport) ?? pickUrl(url, own)
        isLeftOut = Boolean(url) && picked == null && transport !== 'send'

        count++
        const isFirst = reason !== 'poll'
        const query = { transport, cursor, cursorParam, clientId, count, isFirst }
        const scheme = transport === 'websocket' ? 'ws' : 'http'
        const href = withQuery(parseUrl(picked, base), protocol.query(query))
        isReported = false
        return href.replace(/^(http|ws)/, scheme)
      } catch (cause) {
        if (!isLeftOut && !isReported && !signal?.aborted) {
          isReported = true // once in a series
          report(new SteadywireError('url', __DEV__ && 'There is no URL for a request', cause))
        }
        throw { reason: 'url' } satisfies Cause
      }
    },
  }
}
