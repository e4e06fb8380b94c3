/**
 * Under which names this server answers. A page can point its own name at the address of a server in the network of its
 * visitor (DNS rebinding). To the browser the two are then one origin: only `Host` shows that they are not.
 */

import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { Refusal } from './refusal.ts'
import { isAllowed, type Rule } from './rule.ts'
import { hostnameOf, parseHostname } from './target.ts'

/** Names such as `app.example`, without a port, or a function that decides. */
export type HostRule = Rule

/** Throws a `Refusal`. */
export async function checkHost(request: IncomingMessage, rule: HostRule): Promise<void> {
  const hostname = hostnameOf(request)
  // RFC 9112, section 3.2.
  if (hostname === '') throw new Refusal(400, 'A request must name the one host that it is for')
  if (isOwn(hostname) || (await isAllowed(rule, hostname, request))) return

  // "… to reject a target URI that does not match an origin for which the server has been configured" (RFC 9110, section 15.5.20).
  throw new Refusal(421, 'This host name is none of those in allowedHosts')
}

/** Resolved without a name server, so no page can point them elsewhere. */
function isOwn(hostname: string): boolean {
  const isAddress = isIP(hostname.replace(/^\[|\]$/g, '')) !== 0
  return isAddress || hostname === 'localhost' || hostname.endsWith('.localhost')
}

/** The rule with its names in the form in which they are compared. Throws a `TypeError` where one is no name. */
export function normalizeHosts(rule: HostRule): HostRule {
  if (typeof rule === 'function') return rule
  return rule.map((name) => {
    const hostname = parseHostname(name)
    if (hostname !== undefined) return hostname
    throw new TypeError(`allowedHosts has names such as app.example, without a port: not "${name}"`)
  })
}
