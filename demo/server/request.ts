/** Reads a request: which transport it asks for, from which cursor, for which client, and whether it may. PROTOCOL.md, "One URL". */

import type { IncomingMessage } from 'node:http'
import { checkHost } from './host.ts'
import type { RefusedVerdict, Settings } from './options.ts'
import { checkOrigin } from './origin.ts'
import { Refusal } from './refusal.ts'
import { urlOf } from './target.ts'

export interface StreamRequest {
  /** Chosen by the client. Only messages need one. */
  readonly clientId: string | undefined
  /** The last event ID. Undefined: starts at the head. */
  readonly cursor: string | undefined
  /** False for a poll that has to be answered at once. */
  readonly wait: boolean
  /** Whether it takes binary frames. */
  readonly binary: boolean
  /** As `authorize` named it. */
  readonly user: string | undefined
}

const CLIENT_ID = /^[\w.~-]{1,128}$/

/** Throws a `Refusal` where the request comes through a foreign name, or from a foreign page. */
export async function checkSource(request: IncomingMessage, settings: Settings): Promise<void> {
  await checkHost(request, settings.allowedHosts)
  await checkOrigin(request, settings.allowedOrigins)
}

/** Throws a `Refusal`. */
export async function readRequest(
  request: IncomingMessage,
  settings: Settings,
): Promise<StreamRequest> {
  const query = urlOf(request).searchParams
  const clientId = query.get('client_id') ?? undefined
  if (clientId !== undefined && !CLIENT_ID.test(clientId)) {
    throw new Refusal(400, 'client_id must be 1 to 128 characters of A-Z a-z 0-9 - . _ ~')
  }

  const header = request.headers['last-event-id']
  // An empty last event ID means that there is none, as in HTML.
  const cursor = query.get(settings.cursorParam) || (typeof header === 'string' && header)

  const verdict = await settings.authorize(request)
  if ('status' in verdict) throw toRefusal(verdict)
  return {
    clientId,
    cursor: cursor || undefined,
    wait: query.get('wait') !== '0',
    binary: query.get('binary') === '1',
    user: verdict.user,
  }
}

/** Throws a `TypeError` for a verdict that no answer can carry: a mistake of the application. */
function toRefusal({ status, retryAfterMs }: RefusedVerdict): Refusal {
  if (!Number.isInteger(status) || status < 400 || status > 599) {
    throw new TypeError(`The status of a refusal must be 400 to 599, not ${status}`)
  }
  if (retryAfterMs !== undefined && !(retryAfterMs >= 0 && Number.isFinite(retryAfterMs))) {
    throw new TypeError(`The retryAfterMs of a refusal must be 0 or more, not ${retryAfterMs}`)
  }
  return new Refusal(status, 'Not allowed', retryAfterMs)
}
