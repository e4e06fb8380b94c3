/** Ready-made faults with labels, for the command line and for a panel; without Node, so that a page can import them. */
import { type FaultState, healthyState, type RequestKind } from './state.ts'

/** Which connections to cut: those that carry this kind of request now, or none (`idle`), or all of them. */
export interface CutOptions {
  readonly kind?: RequestKind | 'idle'
}

/** To apply one: call `proxy.set(preset.state)`, then `proxy.cut(preset.cut)` unless that is null. */
export interface FaultPreset {
  readonly name: string
  readonly label: string
  /** A whole state, so that no fault set before stays. */
  readonly state: FaultState
  /** The connections to cut, as the fault spares those that are already open. */
  readonly cut: CutOptions | null
}

const EVERYTHING: CutOptions = {}
const WEB_SOCKETS: CutOptions = { kind: 'websocket' }
const POSTS: CutOptions = { kind: 'post' }

function preset(
  name: string,
  label: string,
  faults: Partial<FaultState>,
  cut: CutOptions | null,
): FaultPreset {
  return { name, label, state: Object.freeze({ ...healthyState, ...faults }), cut }
}

export const faultPresets: readonly FaultPreset[] = [
  preset('healthy', 'Everything passes', {}, null),
  preset('websocket-refused', 'WebSocket refused', { websocket: 'refuse' }, WEB_SOCKETS),
  preset('websocket-hanging', 'WebSocket never answered', { websocket: 'hang' }, WEB_SOCKETS),
  preset('websocket-mute', 'WebSocket opens, then silent', { websocket: 'mute' }, WEB_SOCKETS),
  preset(
    'websocket-short-lived',
    'WebSocket opens, soon cut',
    { websocket: 'cut-after-open', cutAfterMs: 500 },
    WEB_SOCKETS,
  ),
  preset(
    'eventsource-buffered',
    'WebSocket refused, EventSource buffered',
    { websocket: 'refuse', eventsource: 'buffer' },
    EVERYTHING,
  ),
  preset(
    'longpoll-only',
    'WebSocket and EventSource refused',
    { websocket: 'refuse', eventsource: 'refuse' },
    EVERYTHING,
  ),
  preset('answers-lost', 'Answers to POST lost', { post: 'lose-answer' }, POSTS),
  preset('post-refused', 'POST refused', { post: 'refuse' }, POSTS),
  preset('post-hanging', 'POST never answered', { post: 'hang' }, POSTS),
  preset('post-503', 'POST answered 503', { post: 'reject', rejectStatus: 503 }, POSTS),
  preset('post-413', 'POST answered 413: too large', { post: 'reject', rejectStatus: 413 }, POSTS),
  preset(
    'post-302',
    'POST answered 302: a redirect that makes it a GET',
    { post: 'reject', rejectStatus: 302 },
    POSTS,
  ),
  preset(
    'post-308',
    'POST answered 308: a redirect that keeps it a POST',
    { post: 'reject', rejectStatus: 308 },
    POSTS,
  ),
  preset('latency', 'Latency of 300 ms each way', { latencyMs: 300 }, null),
  preset('narrow', 'No more than 2 kB a second', { bytesPerSecond: 2_000 }, null),
  preset('busy', 'Server busy: 503, Retry-After 5', rejecting(503, '5'), EVERYTHING),
  preset('captive-portal', 'Captive portal', onEveryKind('page'), EVERYTHING),
  preset('refused', 'Server down', { network: 'refuse' }, EVERYTHING),
  preset('silent', 'Server never answers', { network: 'silent' }, EVERYTHING),
  preset('half-open', 'Network gone, connections half-open', { network: 'half-open' }, null),
]

function onEveryKind(mode: FaultState['post']): Partial<FaultState> {
  return { websocket: mode, eventsource: mode, longpoll: mode, post: mode }
}

function rejecting(rejectStatus: number, retryAfter: string): Partial<FaultState> {
  return { ...onEveryKind('reject'), rejectStatus, retryAfter }
}
