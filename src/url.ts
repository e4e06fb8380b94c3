/** URLs: resolved against the page, with the scheme that the transport needs, and never shown with their query. */
import { SteadywireError } from './errors.ts'
import type { Environment, Url } from './types.ts'

/** The URL that `url` gives for a transport (`send` for a POST), or `undefined` where it gives none. */
export const pickUrl = (url: Url, transport: string): string | URL | undefined =>
  typeof url === 'string' || (url as Partial<URL> | undefined)?.href
    ? (url as string | URL)
    : (url as Readonly<Record<string, string | URL | undefined>> | undefined)?.[transport]

/** Parses it against the page. Throws `bad-url`. */
export const parseUrl = (environment: Environment, url: string | URL | null | undefined): URL => {
  try {
    if (url == null) throw url
    const parsed = new URL(url, environment.location?.href)
    if (/^(http|ws)s?:/.test(parsed.href)) return parsed
  } catch {
    // falls through: the browser's own message would quote the whole URL
  }
  throw new SteadywireError('bad-url', 'Give an http(s) or ws(s) URL, or one relative to the page')
}

/** With the scheme that the transport needs, without a fragment, and with query parameters set. */
export const formatUrl = (
  url: URL,
  transport: string,
  query: Readonly<Record<string, string | undefined>>,
): string => {
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, value)
  }
  url.hash = ''
  return url.href.replace(/^(http|ws)/, transport === 'websocket' ? 'ws' : 'http')
}
