/** Which origins may connect, and the headers by which a browser learns it. WHATWG Fetch, "CORS protocol"; RFC 6455, section 10.2. */

import type { IncomingMessage } from 'node:http'
import type { Headers } from './answer.ts'
import { Refusal } from './refusal.ts'
import { isAllowed, type Rule } from './rule.ts'
import { hostOf } from './target.ts'

/** Origins such as `https://app.example`, or a function that decides. */
export type OriginRule = Rule

/**
 * Throws a `Refusal` where a foreign page asks that is not allowed to. A request without `Origin` is not the cross-origin
 * request of a browser: it is a same-origin GET, or that of a program, which could write any origin there. Neither of them
 * abuses the cookies of a visitor.
 */
export async function checkOrigin(request: IncomingMessage, rule: OriginRule): Promise<void> {
  const { origin } = request.headers
  if (origin === undefined || isSameOrigin(request)) return
  if (await isAllowed(rule, origin, request)) return
  throw new Refusal(403, 'This origin is not allowed here')
}

/** Compares hosts alone: behind a proxy that ends TLS the server does not know its own scheme. */
export function isSameOrigin(request: IncomingMessage): boolean {
  const { origin } = request.headers
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === hostOf(request)
}

/** For an allowed request. It may carry credentials, so the origin is named: `*` would not do. */
export function corsHeaders({ headers: { origin } }: IncomingMessage): Headers {
  if (origin === undefined) return { Vary: 'Origin' }
  return {
    Vary: 'Origin',
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Expose-Headers': 'Retry-After',
  }
}

/** The answer to a preflight, which a browser sends before a POST across origins because of its content type. */
export const PREFLIGHT_HEADERS: Headers = {
  'Access-Control-Allow-Methods': 'GET, POST',
  'Access-Control-Allow-Headers': 'Content-Type, Last-Event-ID',
  'Access-Control-Max-Age': '7200',
}
