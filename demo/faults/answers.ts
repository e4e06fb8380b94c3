/** Answers that the proxy gives by itself, in place of the server. */
import { STATUS_CODES } from 'node:http'
import type { RequestHead } from './http-head.ts'
import type { FaultState } from './state.ts'

const PORTAL_PAGE = `<!doctype html>
<html lang="en"><title>Welcome to the guest network</title>
<p>Please accept the terms of use to go online.</p></html>
`

/** These lead a browser to another URL; the first three turn a POST into a GET. */
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308]
/** Marks the URL that a redirect leads to, in its query. */
const REDIRECTED = 'fault_redirected'

/** An answer with the status and the `Retry-After` of the state. */
export function rejection(
  request: RequestHead,
  { rejectStatus, retryAfter }: Pick<FaultState, 'rejectStatus' | 'retryAfter'>,
): Buffer {
  const headers: string[] = []
  if (retryAfter !== null) headers.push(`Retry-After: ${retryAfter}`)
  if (REDIRECTS.includes(rejectStatus)) headers.push(`Location: ${redirectedTarget(request)}`)

  const bodiless = rejectStatus === 204 || rejectStatus === 304
  return answer(request, rejectStatus, headers, bodiless ? null : 'text/plain', 'Fault proxy.\n')
}

function redirectedTarget({ target }: RequestHead): string {
  return `${target}${target.includes('?') ? '&' : '?'}${REDIRECTED}`
}

/** Whether the client follows a redirect of this proxy. */
export function isRedirected({ target }: RequestHead): boolean {
  return target.endsWith(`?${REDIRECTED}`) || target.endsWith(`&${REDIRECTED}`)
}

/** The page of a captive portal, which answers every request with it. */
export function foreignPage(request: RequestHead): Buffer {
  return answer(request, 200, [], 'text/html; charset=utf-8', PORTAL_PAGE)
}

function answer(
  request: RequestHead,
  status: number,
  headers: readonly string[],
  type: string | null,
  body: string,
): Buffer {
  const content = type === null ? [] : [`Content-Type: ${type}`, `Content-Length: ${body.length}`]

  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}`,
    ...headers,
    ...content,
    ...crossOrigin(request.origin),
    'Cache-Control: no-store',
    'Connection: close',
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${type === null ? '' : body}`)
}

/** Lets a page of another origin read the answer, as a page of the same origin can. */
function crossOrigin(origin: string | null): string[] {
  if (origin === null) return []

  return [
    `Access-Control-Allow-Origin: ${origin}`,
    'Access-Control-Allow-Credentials: true',
    'Access-Control-Expose-Headers: Retry-After',
    'Vary: Origin',
  ]
}
