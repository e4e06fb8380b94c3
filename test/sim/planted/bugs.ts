// Bugs to plant: each breaks the promise in its own way, by small changes to the text of src.

export interface Edit {
  readonly file: string
  /** Occurs once. */
  readonly from: string
  readonly to: string
}

export interface Bug {
  readonly kind: string
  readonly what: string
  readonly edits: readonly Edit[]
}

const bug = (kind: string, what: string, ...edits: readonly [string, string, string][]): Bug => ({
  kind,
  what,
  edits: edits.map(([file, from, to]) => ({ file, from, to })),
})

export const bugs: readonly Bug[] = [
  bug(
    'lost on hand-over',
    'a candidate asks without the cursor, and is believed',
    [
      'link.ts',
      'const asked = inbound.lastEventId()',
      `const asked = request.reason === 'probe' ? undefined : inbound.lastEventId()`,
    ],
    ['inbound.ts', `known() ? 'resumed' : 'gap'`, `'resumed'`],
  ),
  bug('lost on hand-over', 'messages in flight are not sent again', [
    'outbound.ts',
    'refused(cause)\n      taken.clear()',
    'refused(cause)',
  ]),
  bug('duplicate after reconnect', 'ids are not recognised', [
    'inbound.ts',
    'if (protocol.unique) return false',
    '',
  ]),
  bug('duplicate after reconnect', 'the window of ids is far too short', [
    'stream/cursor.ts',
    'size = 500',
    'size = 2',
  ]),
  bug('missing gap', 'an expired cursor is not told', [
    'inbound.ts',
    `news.tell('gap', { reason: id ? 'expired' : 'unknown', from, to: id })`,
    `if (!id) news.tell('gap', { reason: 'unknown', from, to: id })`,
  ]),
  bug('missing gap', 'an event too large is skipped in silence', [
    'inbound.ts',
    `lose({ reason: 'oversized', from, to: id }, 'too-large', 'raise maxEventBytes')`,
    'return true',
  ]),
  bug('missing gap', 'a server that says nothing is believed to go on', [
    'protocols/plain.ts',
    `(cursor ? 'resumed' : 'fresh') : 'unknown'`,
    `(cursor ? 'resumed' : 'fresh') : 'fresh'`,
  ]),
  bug('lost in a poll', 'the last item of an array is not read', [
    'protocols/plain.ts',
    'value.map((item)',
    'value.slice(0, -1).map((item)',
  ]),
  bug('leaked timer', 'a link keeps its deadline', [
    'link.ts',
    'over = true\n      deadline.clear()',
    'over = true',
  ]),
  bug('leaked timer', 'a poll waits on after the end', [
    'transports/longpoll.ts',
    'pause.clear()\n',
    '\n',
  ]),
  bug('second promoted connection', 'the old one stays open after a hand-over', [
    'runner.ts',
    'if (!kept.includes(attempt)) attempt.link?.close()',
    `if (!kept.includes(attempt) && name !== 'open') attempt.link?.close()`,
  ]),
  bug('hammering', 'no wait, and no limit to the attempts of a minute', [
    'machine.ts',
    'const waitMs = Math.max(world.pauseMs, backoffDelay(tries, cause, world))',
    'const waitMs = 100',
  ]),
  bug('hammering', 'empty polls are repeated at once', [
    'transports/longpoll.ts',
    'restMs <= 0) again()',
    'restMs) again()',
  ]),
  bug('stuck state', 'a silent connection is never given up', [
    'link.ts',
    'if (heartbeatMs && !over) deadline.set(heartbeatMs * 1.5)',
    '',
  ]),
  bug('stuck state', 'an attempt has no time limit', [
    'link.ts',
    'deadline.set(options.connectTimeoutMs)',
    '',
  ]),
  bug('stuck state', 'a page that comes back does not wake the wire', [
    'lifecycle.ts',
    'later.set(0)',
    '',
  ]),
  bug('late in a hidden page', 'it reads by timers, which come once a minute', [
    'inbox.ts',
    ` && environment.document?.visibilityState !== 'hidden'`,
    '',
  ]),
  bug('late in a hidden page', 'a poll pauses after events too', [
    'transports/longpoll.ts',
    'events || (first',
    '(first',
  ]),
  bug('unsettled send', 'the acknowledgement of a repeated message is not taken', [
    'outbound.ts',
    'if (!taken.delete(seq)) return',
    'if (!taken.delete(seq) || seq % 7 === 0) return',
  ]),
  bug('open before proof', 'being open counts as proof', [
    'link.ts',
    'reader.opened?.()',
    `events.proven({ id: asked ?? '', continuity: 'resumed' })`,
  ]),
  bug('secret told', 'attempts keep their URL', [
    'link.ts',
    `record.phase = 'connecting'`,
    `Object.assign(record, { phase: 'connecting', url })`,
  ]),
  bug('buffer without a cap', 'messages are not counted', [
    'outbound.ts',
    'messages.size >= maxMessages || ',
    '',
  ]),
  bug('buffer without a cap', 'what was received may wait to be read without end', [
    'inbox.ts',
    `if (unread > MAX_UNREAD_LENGTH) return failed('too much unread')`,
    '',
  ]),
  bug('buffer without a cap', 'ids are kept for ever', [
    'stream/cursor.ts',
    'length >= size && ',
    'length < 0 && ',
  ]),
  bug('buffer without a cap', 'an event too large is read all the same', [
    'inbound.ts',
    'data.length > maxEventBytes',
    'data.length > maxEventBytes * 2',
  ]),
  bug('untyped overflow', 'a gap for an event has no error', [
    'inbound.ts',
    `news.tell('error', new SteadywireError(code, `,
    `void (new SteadywireError(code, `,
  ]),
  bug('harm by a listener', 'what it throws is swallowed', [
    'emitter.ts',
    'environment.reportError?.(error)',
    'void error',
  ]),
  bug('wrong order', 'messages are sent again newest first', [
    'outbound.ts',
    'filter(({ seq }) => !taken.has(seq))',
    'filter(({ seq }) => !taken.has(seq)).reverse()',
  ]),
  bug('wrong reply', 'a message is resolved with the reply of another one', [
    'outbound.ts',
    'settle(seq, refusalOf(ack), reply)',
    'settle(seq, refusalOf(ack), seq % 2 ? reply : seq)',
  ]),
  bug('wrong event', 'data is cut where it is long', [
    'inbound.ts',
    'codec.decode(data)',
    'codec.decode(data.length > 2 ? data.slice(1) : data)',
  ]),
]
