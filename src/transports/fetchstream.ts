/** An event stream over fetch: WHATWG Fetch and Streams; HTML, "Server-sent events". It shows what a native EventSource hides. */
import type { Cause } from '../errors.ts'
import { createBlockBuffer } from './block-buffer.ts'
import { causeOf, contentTypeOf, describeText, retryAfterMsOf } from './request.ts'
import type { Transport } from './transport.ts'

export interface FetchstreamOptions {
  /**
   * Makes a POST of it, with this body: a value, or a function of the cursor that is called before every request. Name its
   * `content-type` in the option `headers` of `connect`. Default: none, a GET.
   */
  readonly body?: BodyInit | ((cursor: string | undefined) => BodyInit | Promise<BodyInit>)
}

/** A text of this length, times `maxEventBytes`, has fields of an event over the cap: `data:` and a line end for each unit of it. */
const FIELD_OVERHEAD = 8
/** What is kept of a stream, for people. */
const MAX_SEEN_LENGTH = 65_536
const EVENT_STREAM = 'text/event-stream'

/**
 * Reads an event stream by `fetch`, in EventSource's place: with the `headers` of `connect`, the cursor as a header where the
 * protocol says so, comments as signs of life, `retry:`, and the status of a refusal. 204 ends the wire.
 *
 * @example
 * const wire = connect('/events', {
 *   transports: [websocket, fetchstream(), longpoll],
 *   headers: async () => ({ authorization: `Bearer ${await token()}` }),
 * })
 */
export const fetchstream = ({ body }: FetchstreamOptions = {}): Transport => ({
  name: 'fetchstream',
  needs: 'fetch',
  seesStatus: true,
  sendsHeaders: true,
  open({ environment, protocol, target, withCredentials, cursor, maxEventBytes }, sink) {
    const abort = new AbortController()
    const { signal } = abort
    let head: string | undefined
    let seen = ''

    /** Reports the end, unless there was one. */
    const end = (cause: Cause) => {
      if (signal.aborted) return
      abort.abort()
      sink.closed(cause)
    }
    /** Hands on whole blocks; asks for no more until they were read. */
    const read = (text: string) =>
      new Promise<void>((resolve) => sink.text(text, EVENT_STREAM, () => resolve()))
    const follow = async ({ status, headers, body: stream }: Response) => {
      if (signal.aborted) return
      const contentType = contentTypeOf(headers.get('content-type'))
      if (__DEV__) head = `${status} ${contentType}`
      const final = status === 204
      if (final || !protocol.accepts(status, contentType) || contentType !== EVENT_STREAM) {
        const retryAfterMs = retryAfterMsOf(headers.get('retry-after'), environment.Date)
        return end({ ...causeOf({ status, contentType, retryAfterMs }), final })
      }

      sink.opened((name) => headers.get(name))
      const take = createBlockBuffer(maxEventBytes * FIELD_OVERHEAD, () =>
        sink.unreadable(__DEV__ ? 'a block without end' : ''),
      )
      const decoder = new TextDecoder()
      const chunks = stream?.getReader()
      for (;;) {
        const { value } = (await chunks?.read()) ?? {}
        if (!value) return end({ reason: 'network' })
        const text = decoder.decode(value, { stream: true })
        if (__DEV__) seen = (seen + text).slice(0, MAX_SEEN_LENGTH)
        await read(take(text))
      }
    }
    const prepare = async (): Promise<RequestInit> => ({
      headers: new Headers({ accept: EVENT_STREAM, ...target.headers }),
      credentials: withCredentials ? 'include' : 'same-origin',
      cache: 'no-store',
      signal,
      ...(body !== undefined && {
        method: 'POST',
        body: typeof body === 'function' ? await body(cursor) : body,
      }),
    })
    const request = async (init: RequestInit) => {
      if (signal.aborted) return
      const response = await environment.fetch?.(target.url, init)
      if (response) await follow(response)
    }
    prepare().then(
      (init) => request(init).catch(() => end({ reason: 'network' })),
      (error?: Error) => end({ reason: 'url', detail: error?.name }),
    )

    return {
      ...(__DEV__ && { seen: () => head && describeText(head, seen) }),
      close: () => abort.abort(),
    }
  },
})
