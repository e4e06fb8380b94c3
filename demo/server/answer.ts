/** HTTP answers with the headers that all of them need. */

import type { ServerResponse } from 'node:http'
import type { Refusal } from './refusal.ts'

export type Headers = Readonly<Record<string, string>>

const everyAnswer: Headers = {
  'Cache-Control': 'no-store',
  // nginx would hold back the body until its buffer is full.
  'X-Accel-Buffering': 'no',
}

/** The headers of a body of event blocks. */
export const streamHeaders: Headers = {
  ...everyAnswer,
  'Content-Type': 'text/event-stream',
}

export function answerBlocks(response: ServerResponse, text: string): void {
  response.writeHead(200, { ...streamHeaders, 'Content-Length': String(Buffer.byteLength(text)) })
  response.end(text)
}

/** An answer without blocks; the text is for people who look into their network panel. */
export function answer(
  response: ServerResponse,
  status: number,
  text = '',
  headers: Headers = {},
): void {
  const type: Headers = text ? { 'Content-Type': 'text/plain; charset=utf-8' } : {}
  response.writeHead(status, { ...everyAnswer, ...type, ...headers })
  response.end(text && `${text}\n`)
}

/** Ends the connection where nothing can be said any more: the client is gone, or the body has begun. */
export function answerRefusal(response: ServerResponse, refusal: Refusal): void {
  const { status, message, retryAfterMs } = refusal
  if (response.destroyed || response.headersSent) response.destroy()
  else answer(response, status, message, retryAfter(retryAfterMs))
}

/** `Retry-After` counts whole seconds (RFC 9110, section 10.2.3). */
export function retryAfter(ms: number | undefined): Headers {
  return ms === undefined ? {} : { 'Retry-After': String(Math.ceil(ms / 1000)) }
}
