// Bugs of the two ways, of the clocks, of caches and of routed pages.
import { type Bug, bug } from './bug.ts'

export const newerBugs: readonly Bug[] = [
  bug('one fate', 'a POST that fails ends the stream', [
    'upstream/post.ts',
    'isBackingOff = true',
    'isBackingOff = true\n        context.fail(cause)',
  ]),
  bug('one fate', 'the end of the stream aborts the POST', [
    'upstream/outbox.ts',
    'detach(cause) {\n',
    'detach(cause) {\n      post.close()\n',
  ]),
  bug('told as not processed', 'a refusal counts, though it may have been processed before', [
    'upstream/message.ts',
    'if (isDoubtful) return outcomeUnknown(cause)',
    '',
  ]),
  bug('told as not processed', 'what was sent is told as withdrawn', [
    'upstream/queue.ts',
    'const error = message.copies\n',
    'const error = message.copies > 99\n',
  ]),
  bug(
    'posted twice',
    'what nobody recognises is posted again',
    ['upstream/post.ts', 'message.copies > 0 && !protocol.repeats', 'false'],
    [
      'upstream/queue.ts',
      'if (protocol.repeats || !message.copies) yield message',
      'yield message',
    ],
  ),
  bug('cursor goes back', 'what a replay brings is shown', [
    'downstream/cursor.ts',
    'if (last === shown) shown = id',
    'shown = id',
  ]),
  bug('wrong clock', 'deadlines go by the wall clock', [
    'platform/deadline.ts',
    'const now = () => environment.performance.now()',
    'const now = () => environment.Date.now()',
  ]),
  bug('lost in a routed page', 'relative URLs follow the page', [
    'connection/urls.ts',
    'parseUrl(picked, base)',
    'parseUrl(picked, environment.document?.baseURI)',
  ]),
  bug('answered by a cache', 'idle polls have one URL', [
    'protocols/steadywire.ts',
    '_: String(count)',
    '_: undefined',
  ]),
  bug('answered by a cache', 'polls of other servers have one URL', [
    'protocols/plain.ts',
    `cacheParam && transport === 'longpoll'`,
    `cacheParam && transport === 'none'`,
  ]),
  bug('mute connection', 'it takes over without a word', [
    'connection/attempt.ts',
    'else if (isMute && events.isProbe()) unproven = hello',
    '',
  ]),
  bug('stuck state', 'an EventSource that its browser has closed is kept', [
    'transports/eventsource.ts',
    'if (source.readyState === CLOSED) sink.closed',
    'if (source.readyState > CLOSED) sink.closed',
  ]),
  bug('felt without need', 'a poll that a proxy ends counts as a failure', [
    'transports/longpoll.ts',
    'const TIMED_OUT = [408, 504]',
    'const TIMED_OUT: number[] = []',
  ]),
  bug('felt without need', 'a binary frame ends the connection', [
    'transports/websocket.ts',
    `sink.unreadable(__DEV__ ? 'a binary frame' : '', data)`,
    `sink.closed({ reason: 'protocol' })`,
  ]),
  bug('hammering', 'polls that are answered at once have no pace', [
    'connection/attempt.ts',
    'const paceMs = () => Math.max(protocol.pollMs, floorMs)',
    'const paceMs = () => 0',
  ]),
  bug('hammering', 'each attempt of a race asks for a fresh URL', [
    'connection/urls.ts',
    `race === refreshedRace`,
    `race < 0`,
  ]),
  bug('harm by a listener', 'what happens is told within the step that it is part of', [
    'notifier.ts',
    'if (isStepping || isEmitting) return',
    'if (isEmitting) return',
  ]),
]
