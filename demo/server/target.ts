/** What a request is aimed at: a host, a path and a query. RFC 9112, section 3.2. */

import type { IncomingMessage } from 'node:http'

/** Of use for its path and its query; a target that is none is `/`. */
export function urlOf({ url = '/' }: IncomingMessage): URL {
  // "A server MUST accept the absolute-form in requests" (section 3.2.2), though no browser sends it.
  const text = isAbsolute(url) ? url : `http://localhost${url}`
  return new URL(URL.canParse(text) ? text : 'http://localhost/')
}

/** The host that is asked, with its port, in lower case. `undefined` where the request does not name exactly one. */
export function hostOf(request: IncomingMessage): string | undefined {
  const { url = '/', headersDistinct } = request
  const [host, ...others] = headersDistinct.host ?? []
  if (host === undefined || others.length > 0 || !isHost(host)) return undefined
  // "… MUST ignore the received Host header field (if any) and instead use the host information of the request-target."
  return isAbsolute(url) ? urlOf(request).host : host.toLowerCase()
}

/** The same without the port; empty where there is none. */
export function hostnameOf(request: IncomingMessage): string {
  const host = hostOf(request)
  return host === undefined ? '' : new URL(`http://${host}`).hostname
}

/** A host name, or an address, without a port, in the form that `hostnameOf` has. `undefined` where the text is none. */
export function parseHostname(text: string): string | undefined {
  const hasPort = text.includes(':') && !text.endsWith(']')
  return hasPort || !isHost(text) ? undefined : new URL(`http://${text}`).hostname
}

function isAbsolute(target: string): boolean {
  return /^https?:\/\//i.test(target)
}

/** Without what would end a host within a URL, or come before it. */
function isHost(text: string): boolean {
  return /^[^\s/?#@\\]+$/.test(text) && URL.canParse(`http://${text}`)
}
