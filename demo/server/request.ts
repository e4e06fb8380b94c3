/** Reads a request: which transport it asks for, from which cursor, for which client, and whether it may. PROTOCOL.md, "One URL". */

import type { IncomingMessage } from 'node:http'
import type { Settings } from './options.ts'
import { Refusal } from './refusal.ts'

export interface StreamRequest {
  /** As the client made it up. Needed for messages only. */
  readonly clientId: string | undefined
  /** The last event ID; undefined to start at the head. */
  readonly cursor: string | undefined
  /** False where a poll is to be answered at once. */
  readonly wait: boolean
  /** As `authorize` said. */
  readonly user: string | undefined
}

export const foreignOrigin = new Refusal(403, 'This origin is not allowed here')

const clientIdPattern = /^[\w.~-]{1,128}$/

/** Throws a `Refusal`. */
export async function readRequest(
  request: IncomingMessage,
  settings: Settings,
): Promise<StreamRequest> {
  const query = urlOf(request).searchParams
  const clientId = query.get('client_id') ?? undefined
  if (clientId !== undefined && !clientIdPattern.test(clientId)) {
    throw new Refusal(400, 'client_id must be 1 to 128 characters of A-Z a-z 0-9 - . _ ~')
  }
  const header = request.headers['last-event-id']
  // An empty last event ID means that there is none, as in HTML.
  const cursor = query.get(settings.cursorParam) || (typeof header === 'string' && header)
  const verdict = await settings.authorize(request)
  if ('status' in verdict) throw new Refusal(verdict.status, 'Not allowed', verdict.retryAfterMs)
  return {
    clientId,
    cursor: cursor || undefined,
    wait: query.get('wait') !== '0',
    user: verdict.user,
  }
}

export function urlOf(request: IncomingMessage): URL {
  // Only path and query are of interest; the base makes a relative target a URL.
  const target = `http://localhost${request.url ?? '/'}`
  return URL.canParse(target) ? new URL(target) : new URL('http://localhost/')
}
