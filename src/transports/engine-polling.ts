/** HTTP long-polling of Engine.IO 4: a GET that is always held, and POSTs beside it, one at a time; both directions. */
import { MAX_DETAIL_LENGTH } from '../errors.ts'
import { createDeadline } from '../platform/deadline.ts'
import { quietly } from '../platform/quietly.ts'
import { BYTES, CLOSE, isEvent, MESSAGE, OPEN, SEPARATOR } from '../protocols/socketio-packet.ts'
import { type Answer, causeOf, type Running, startRequest } from './request.ts'
import type { Target, Transport } from './transport.ts'

/** Beyond this length nothing more is taken while a POST is in flight: what waits in the outbox can still be withdrawn. */
const HIGH_WATER_LENGTH = 65_536
/** What a UTF-16 code unit takes in UTF-8 at most. */
const MAX_BYTES_PER_UNIT = 3
/** Least time from one poll to the next where the last one brought no message. */
const EMPTY_POLL_MS = 1000
/** How long the end waits for a POST in flight, whose messages count as sent. */
const LAST_POST_MS = 5000
/** What a request that outlives its page may have (Fetch: 64 KiB), in UTF-8. */
const MAX_KEEPALIVE_LENGTH = 20_000
/** Safelisted: needs no preflight from another origin. */
const CONTENT_TYPE = 'text/plain;charset=UTF-8'

/** The fields of the open packet; none where it is no open packet of Engine.IO 4. */
const handshakeOf = (text: string): { readonly sid?: unknown; readonly maxPayload?: unknown } => {
  const [packet = ''] = text.split(SEPARATOR)
  const fields = quietly(() => packet[0] === OPEN && JSON.parse(packet.slice(1)))
  return Object(fields)
}

const isMessage = (packet: string) => packet[0] === MESSAGE || packet[0] === BYTES

/** The cause where a request failed. Engine.IO says 400 for a session that it does not know, of another process perhaps. */
const causeOfAnswer = (answer: Answer, isOpen: boolean) => {
  const { status, text } = answer
  if (status !== 400) return causeOf(answer)
  return {
    reason: isOpen ? 'network' : 'refused',
    detail: text.slice(0, MAX_DETAIL_LENGTH),
  } as const
}

export const polling: Transport = {
  name: 'polling',
  needs: 'XMLHttpRequest',
  seesStatus: true,
  duplex: true,
  sendsHeaders: true,
  open({ environment, protocol, withCredentials, target: first, nextTarget }, sink) {
    const now = () => environment.performance.now()
    const waiting: string[] = []
    let sid = ''
    let target = first // of the last GET
    let maxLength = Infinity // of a POST
    let waitingLength = 0
    let startedAt = 0
    let get: Running | undefined
    let post: Running | undefined
    let isClosed = false

    const urlOf = ({ url }: Target) => (sid ? `${url}&sid=${encodeURIComponent(sid)}` : url)
    const fail = (answer: Answer) => {
      const isOpen = sid !== ''
      sid = '' // nothing is left to be closed
      sink.closed(causeOfAnswer(answer, isOpen))
    }
    const polled = (answer: Answer) => {
      if (isClosed) return
      const { status, text, contentType } = answer
      if (!protocol.accepts(status, contentType)) return fail(answer)

      const isFirst = !sid
      if (isFirst) {
        const { sid: given, maxPayload } = handshakeOf(text)
        if (typeof given === 'string') sid = given
        else if (!/^\d+:/.test(text)) return fail({ ...answer, status: 200 })
        if (typeof maxPayload === 'number') maxLength = maxPayload / MAX_BYTES_PER_UNIT
        sink.opened()
      }
      sink.text(text, contentType, () => {
        const isFull = isFirst || text.split(SEPARATOR).some(isMessage)
        const restMs = isFull ? 0 : startedAt + EMPTY_POLL_MS - now()
        if (restMs > 0) pause.set(restMs)
        else poll()
      })
    }
    const start = (next: Target) => {
      target = next
      startedAt = now()
      get = startRequest(environment, { ...next, url: urlOf(next), withCredentials }, polled)
    }
    const poll = () => !isClosed && nextTarget(start)
    const pause = createDeadline(environment, poll)

    /** Posts what waits, as much as one request may have. */
    const flush = () => {
      if (isClosed || post || !waiting.length) return
      let length = 0
      let count = 0
      for (const text of waiting) {
        length += text.length + 1
        if (count && length > maxLength) break
        count++
      }

      const body = waiting.splice(0, count).join(SEPARATOR)
      waitingLength = waiting.reduce((sum, text) => sum + text.length, 0)
      const headers = { 'content-type': CONTENT_TYPE, ...target.headers }
      const request = { url: urlOf(target), withCredentials, headers, body }
      post = startRequest(environment, request, (answer) => {
        post = undefined
        if (isClosed) return sayLast()
        if (!protocol.accepts(answer.status, answer.contentType)) return fail(answer)
        flush()
        sink.drained()
      })
    }

    /** Ends the session, with what still waits: it counts as sent, too. */
    const sayLast = () => {
      patience.clear()
      post?.abort()
      const body = [...waiting, CLOSE].join(SEPARATOR)
      const last = sid
        ? environment.fetch?.(urlOf(target), {
            method: 'POST',
            headers: { 'content-type': CONTENT_TYPE, ...target.headers },
            body,
            credentials: withCredentials ? 'include' : 'same-origin',
            keepalive: body.length < MAX_KEEPALIVE_LENGTH,
          })
        : undefined

      // The server ends the poll that it holds; where it can't be told, the end of the poll says it.
      if (last) last.catch(() => {}).finally(() => get?.abort())
      else get?.abort()
    }
    const patience = createDeadline(environment, sayLast)
    start(first)

    return {
      send(text: string) {
        if (isClosed || !sid) return false
        if (isEvent(text) && waitingLength > HIGH_WATER_LENGTH) return false
        waiting.push(text)
        waitingLength += text.length
        Promise.resolve().then(flush) // together with what else is sent in this step
        return true
      },
      close() {
        if (isClosed) return
        isClosed = true
        pause.clear()
        if (post && sid) patience.set(LAST_POST_MS)
        else sayLast()
      },
    }
  },
}
