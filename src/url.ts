/** URLs: resolved against the page, with the scheme that the transport needs, and never shown with their query. */
import { SteadywireError } from './errors.ts'
import type { Environment, Url } from './types.ts'

/** The URL that `url` gives for a transport (`send` for a POST), or `undefined` where it gives none. */
export const pickUrl = (
  url: Url,
  transport: string,
  fallback?: string,
): string | URL | undefined => {
  if (typeof url === 'string' || 'href' in url) return url
  const urls: Readonly<Record<string, string | URL | undefined>> = url
  return urls[transport] ?? (fallback && urls[fallback])
}

/** Parses it against the page. Throws `bad-url`. */
export const parseUrl = (environment: Environment, url: string | URL | undefined): URL => {
  try {
    const parsed = new URL(url as string, environment.location?.href)
    if (/^(http|ws)s?:$/.test(parsed.protocol)) {
      parsed.hash = ''
      return parsed
    }
  } catch {
    // falls through: the browser's own message would quote the whole URL
  }
  throw new SteadywireError(
    'bad-url',
    'Give an http(s) or ws(s) URL, absolute or relative to the page',
  )
}

/** With `http` or `ws` as its scheme, keeping the `s`, and with query parameters set. */
export const formatUrl = (
  url: URL,
  scheme: 'http' | 'ws',
  query: Readonly<Record<string, string | undefined>>,
): string => {
  url.protocol = url.protocol.replace(/http|ws/, scheme)
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, value)
  }
  return url.href
}
