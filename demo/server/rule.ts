/** What an application allows besides the server's own. */

import type { IncomingMessage } from 'node:http'

/** The values that are allowed, or a function that decides. */
export type Rule =
  | readonly string[]
  | ((value: string, request: IncomingMessage) => boolean | Promise<boolean>)

/** A function allows by `true` alone: any other answer is a mistake. Rejects where it throws or rejects. */
export async function isAllowed(
  rule: Rule,
  value: string,
  request: IncomingMessage,
): Promise<boolean> {
  if (typeof rule !== 'function') return rule.includes(value)
  return (await rule(value, request)) === true
}
