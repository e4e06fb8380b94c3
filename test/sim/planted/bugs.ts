// Bugs to plant: each breaks the promise in its own way, by small changes to the text of src.
import { type Bug, bug } from './bug.ts'
import { newerBugs } from './newer-bugs.ts'

export type { Bug, Edit } from './bug.ts'

export const bugs: readonly Bug[] = [
  bug(
    'lost on hand-over',
    'a candidate asks without the cursor, and is believed',
    [
      'connection/attempt.ts',
      'cursor = delivery.lastEventId()',
      `cursor = request.reason === 'probe' ? undefined : delivery.lastEventId()`,
    ],
    ['downstream/delivery.ts', `isKnown ? 'resumed' : 'gap'`, `'resumed'`],
  ),
  bug('lost on hand-over', 'messages in flight are not sent again', [
    'upstream/outbox.ts',
    'queue.next = active.transport.duplex ? 1 : 0',
    'queue.next = active.transport.duplex ? queue.last + 1 : 0',
  ]),
  bug('duplicate after reconnect', 'ids are not recognised', [
    'downstream/delivery.ts',
    `if (protocol.unique) return 'repeated'`,
    '',
  ]),
  bug('duplicate after reconnect', 'the window of ids is far too short', [
    'downstream/cursor.ts',
    'size = 500',
    'size = 2',
  ]),
  bug('missing gap', 'an expired cursor is not told', [
    'downstream/delivery.ts',
    'if (isGap || (continuity',
    'if ((isGap && !id) || (continuity',
  ]),
  bug('missing gap', 'an event too large is skipped in silence', [
    'downstream/delivery.ts',
    'if ((bytes ?? data).length > maxEventBytes) {',
    `if ((bytes ?? data).length > maxEventBytes) {\n        if (id) return 'accepted'`,
  ]),
  bug('missing gap', 'a server that says nothing is believed to go on', [
    'protocols/plain.ts',
    `canResume ? known : 'unknown'`,
    `canResume ? known : 'fresh'`,
  ]),
  bug('lost in a poll', 'the last item of an array is not read', [
    'protocols/polling.ts',
    'isJson ? splitItems(text) : [body]',
    'isJson ? [...splitItems(text)].slice(0, -1) : [body]',
  ]),
  bug('leaked timer', 'an attempt keeps its deadline', [
    'connection/attempt.ts',
    'isOver = true\n      deadline.clear()',
    'isOver = true',
  ]),
  bug('leaked timer', 'a poll waits on after the end', [
    'transports/longpoll.ts',
    'pause.clear()\n',
    '\n',
  ]),
  bug('second promoted connection', 'the old one stays open after a hand-over', [
    'connection/supervisor.ts',
    'if (!kept.includes(attempt)) attempt.running?.close()',
    `if (!kept.includes(attempt) && name !== 'open') attempt.running?.close()`,
  ]),
  bug('hammering', 'no wait, and no limit to the attempts of a minute', [
    'connection/machine.ts',
    'const waitMs = Math.max(context.rateLimitedMs(), backoffDelay(state.tries, cause, context))',
    'const waitMs = 100',
  ]),
  bug('hammering', 'empty polls are repeated at once', [
    'transports/longpoll.ts',
    'if (restMs > 0) pause.set(restMs)',
    'if (restMs > EMPTY_POLL_MS) pause.set(restMs)',
  ]),
  bug('stuck state', 'a silent connection is never given up', [
    'connection/attempt.ts',
    'isProven && deadline.set(silenceMs || Infinity, at)',
    'isProven && deadline.clear()',
  ]),
  bug('stuck state', 'an attempt has no time limit', [
    'connection/attempt.ts',
    'deadline.set(options.connectTimeoutMs)',
    '',
  ]),
  bug('stuck state', 'a page that comes back does not wake the wire', [
    'platform/page-lifecycle.ts',
    'later.set(0)',
    '',
  ]),
  bug('late in a hidden page', 'it reads by timers, which come once a minute', [
    'downstream/read-queue.ts',
    ` && environment.document?.visibilityState !== 'hidden'`,
    '',
  ]),
  bug('late in a hidden page', 'a poll pauses after events too', [
    'transports/longpoll.ts',
    'events || isFull ? 0',
    'isFull ? 0',
  ]),
  bug('unsettled send', 'the acknowledgement of a repeated message is not taken', [
    'upstream/outbox.ts',
    'if (!message?.copies) return',
    'if (!message?.copies || (message.copies > 1 && ack.seq % 7 === 0)) return',
  ]),
  bug('open before proof', 'being open counts as proof', [
    'connection/attempt.ts',
    'reader.opened?.(header)',
    `receiver.hello({ id: cursor ?? '', continuity: 'resumed' })`,
  ]),
  bug('secret told', 'attempts keep their URL', [
    'connection/attempt.ts',
    `record.phase = 'connecting'`,
    `Object.assign(record, { phase: 'connecting', url: target.url })`,
  ]),
  bug('buffer without a cap', 'messages are not counted', [
    'upstream/queue.ts',
    'messages.size >= maxMessages || ',
    '',
  ]),
  bug('buffer without a cap', 'what was received may wait to be read without end', [
    'downstream/read-queue.ts',
    `if (unreadLength > MAX_UNREAD_LENGTH) return failed('too much unread')`,
    '',
  ]),
  bug('buffer without a cap', 'ids are kept for ever', [
    'downstream/cursor.ts',
    'if (isFull || newer.length >= MAX_SIZE) rotate(newer)',
    '',
  ]),
  bug('buffer without a cap', 'an event too large is read all the same', [
    'downstream/delivery.ts',
    '(bytes ?? data).length > maxEventBytes',
    '(bytes ?? data).length > maxEventBytes * 2',
  ]),
  bug('untyped overflow', 'a gap for an event has no error', [
    'downstream/delivery.ts',
    `warn(reason === 'oversized' ? 'too-large' : 'codec', type, fact, cause, id)\n`,
    '\n',
  ]),
  bug('harm by a listener', 'what it throws is swallowed', [
    'emitter.ts',
    'reportError?.(error)',
    'void error',
  ]),
  bug('wrong order', 'messages of a batch are sent newest first', [
    'upstream/post.ts',
    `messages.map(({ frame }) => frame).join('')`,
    `messages.map(({ frame }) => frame).reverse().join('')`,
  ]),
  bug('wrong reply', 'a message is resolved with the reply of another one', [
    'upstream/outbox.ts',
    'settle(errorOfAck(ack), ack.reply)',
    'settle(errorOfAck(ack), ack.seq % 2 ? ack.reply : ack.seq)',
  ]),
  bug('wrong event', 'data is cut where it is long', [
    'downstream/delivery.ts',
    'own.decode(data, event)',
    'own.decode(data.length > 2 ? data.slice(1) : data, event)',
  ]),
  ...newerBugs,
]
