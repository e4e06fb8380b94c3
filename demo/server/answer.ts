/** HTTP answers, with the headers that each of them needs. */

import type { ServerResponse } from 'node:http'
import type { Refusal } from './refusal.ts'

export type Headers = Readonly<Record<string, string>>

const EVERY_ANSWER: Headers = {
  'Cache-Control': 'no-store',
  // Without it nginx holds the body back until its buffer is full.
  'X-Accel-Buffering': 'no',
}

/** The headers of a body of event blocks. */
export const STREAM_HEADERS: Headers = {
  ...EVERY_ANSWER,
  'Content-Type': 'text/event-stream',
}

export function answerBlocks(response: ServerResponse, text: string): void {
  response.writeHead(200, { ...STREAM_HEADERS, 'Content-Length': String(Buffer.byteLength(text)) })
  response.end(text)
}

/** An answer without blocks. The text is for people who read it in a network panel. */
export function answer(
  response: ServerResponse,
  status: number,
  text = '',
  headers: Headers = {},
): void {
  const type: Headers = text ? { 'Content-Type': 'text/plain; charset=utf-8' } : {}
  response.writeHead(status, { ...EVERY_ANSWER, ...type, ...headers })
  response.end(text && `${text}\n`)
}

/** Cuts the connection off where it is too late for an answer: the client has left, or the body has begun. */
export function answerRefusal(response: ServerResponse, refusal: Refusal): void {
  const { status, message, retryAfterMs } = refusal
  if (response.destroyed || response.headersSent) response.destroy()
  else answer(response, status, message, retryAfter(retryAfterMs))
}

/** `Retry-After` counts whole seconds (RFC 9110, section 10.2.3). */
export function retryAfter(ms: number | undefined): Headers {
  return ms === undefined ? {} : { 'Retry-After': String(Math.ceil(ms / 1000)) }
}
