/** Where each request goes: the application's URL, with what the protocol and the cursor add. */
import { SteadywireError } from './errors.ts'
import type { CheckedOptions } from './options.ts'
import type { Cause, Environment, Transport, UrlRequest, UrlSource } from './types.ts'
import { formatUrl, parseUrl, pickUrl } from './url.ts'

/** 128 random bits, new for each client; no secret. */
const createClientId = ({ crypto }: Environment): string =>
  crypto.getRandomValues(new Uint32Array(4)).join('-')

export interface Addresses {
  /** Where the winner is remembered: origin and path, those of the page where the URL is a function. */
  readonly key: string
  /** The transports that have a URL and that this environment has. */
  readonly transports: readonly Transport[]
  /** Whether a refused URL can be asked for anew. */
  readonly renewable: boolean
  /** The URL of one request, whose `signal` only a function needs; `own` is the connection's transport, whose URL a POST falls back on. Rejects with a `Cause`. */
  get(
    request: Omit<UrlRequest, 'signal'> & { readonly signal: AbortSignal | undefined },
    own: string,
    cursor: string | undefined,
  ): Promise<string>
}

/** Throws `bad-url` for a URL that is none, `unsupported` where no transport can be used. */
export const createAddresses = (
  environment: Environment,
  source: UrlSource,
  { transports, protocol, cursorParam }: CheckedOptions,
  report: (error: SteadywireError) => void,
): Addresses => {
  const clientId = createClientId(environment)
  const dynamic = typeof source === 'function'
  const usable = transports.filter(
    ({ name, needs }) => environment[needs] && (dynamic || pickUrl(source, name) != null),
  )
  if (!usable[0]) {
    throw new SteadywireError(
      'unsupported',
      'No transport has a URL and the support of this browser',
    )
  }
  const [{ name: first }] = usable as [Transport]
  const known = dynamic
    ? []
    : [...usable.map(({ name }) => name), 'send'].map((name) =>
        parseUrl(environment, pickUrl(source, name) ?? pickUrl(source, first)),
      )
  // A function's URL is not known yet: the page stands for it.
  const { href } = known[0] ?? environment.location ?? { href: '' }

  return {
    // Without user and password, query and fragment: it is stored.
    key: `steadywire:${href.replace(/\/\/[^/]*@|[?#].*/g, '')}`,
    transports: usable,
    renewable: dynamic,
    async get(request, own, cursor) {
      const { transport, reason, signal } = request
      let leftOut = false // as a function may do with a transport
      try {
        await undefined // never within the caller's own step: the function may act on the wire
        if (signal?.aborted) throw signal.reason
        const url = dynamic ? await source(request as UrlRequest) : source
        const picked = pickUrl(url, transport) ?? pickUrl(url, own)
        leftOut = Boolean(url) && picked == null
        return formatUrl(parseUrl(environment, picked), transport, {
          ...protocol.query(transport, clientId, reason !== 'poll'),
          [cursorParam]: transport === 'send' ? undefined : cursor,
        })
      } catch (cause) {
        if (!leftOut && !signal?.aborted) {
          report(new SteadywireError('url', 'There is no URL for a request', cause))
        }
        throw { reason: 'url' } satisfies Cause
      }
    },
  }
}
