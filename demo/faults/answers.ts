/** What the proxy answers by itself, in place of the server. */
import { STATUS_CODES } from 'node:http'
import type { RequestHead } from './http-head.ts'
import type { FaultState } from './state.ts'

const PORTAL_PAGE = `<!doctype html>
<html lang="en"><title>Welcome to the guest network</title>
<p>Please accept the terms of use to go online.</p></html>
`

/** A refusal with the status and the `Retry-After` of the state. */
export function refusal(
  request: RequestHead,
  { rejectStatus, retryAfter }: Pick<FaultState, 'rejectStatus' | 'retryAfter'>,
): Buffer {
  const headers = retryAfter === null ? [] : [`Retry-After: ${retryAfter}`]
  const bodiless = rejectStatus === 204 || rejectStatus === 304
  return answer(request, rejectStatus, headers, bodiless ? null : 'text/plain', 'Fault proxy.\n')
}

/** The page of a captive portal, which answers whatever was asked for. */
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

/** Lets a page of another origin read the answer, so that it meets it as one of the same would. */
function crossOrigin(origin: string | null): string[] {
  if (origin === null) return []
  return [
    `Access-Control-Allow-Origin: ${origin}`,
    'Access-Control-Allow-Credentials: true',
    'Access-Control-Expose-Headers: Retry-After',
    'Vary: Origin',
  ]
}
