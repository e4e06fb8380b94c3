// A `fetch` whose server is the test.
import type { FakeAnswer } from './fake-xhr.ts'

/** A request made by `fetch`. */
export interface FakeRequest {
  readonly method: string
  readonly url: URL
  readonly body: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly keepalive: boolean
  readonly credentials: RequestCredentials
  readonly cache: RequestCache
  aborted: boolean
  finished: boolean
  /** How many pieces of its body the client has asked for. */
  reads: number
  /** Told to the network, once: the client has let go of it. */
  gone: (() => void) | undefined
  answer(answer?: FakeAnswer): void
  /** Begins an answer whose body is streamed: an event stream, if nothing else is said. */
  stream(head?: Omit<FakeAnswer, 'body' | 'url'>): void
  /** A piece of the streamed body. */
  push(piece: string | Uint8Array): void
  /** The streamed body is complete. */
  end(): void
  /** Refused, reset, or hidden by CORS; a streamed body is cut. */
  fail(): void
}

/** Bodies of requests that outlive their page, all together (Fetch standard, "HTTP-network-or-cache fetch"). */
const KEEPALIVE_BYTES = 65_536

const lengthOf = (body: string | undefined) => new TextEncoder().encode(body).length

/** A body of bytes that are handed on one piece for each that is asked for. */
function createBody(asked: () => void) {
  let source: ReadableStreamDefaultController<Uint8Array> | undefined
  const waiting: Uint8Array[] = []
  let isAsked = false
  let ending: (() => void) | undefined

  const pump = () => {
    const piece = waiting[0]
    if (piece && !isAsked) return
    if (!piece) return ending?.()
    waiting.shift()
    isAsked = false
    source?.enqueue(piece)
  }
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        source = controller
      },
      pull() {
        isAsked = true
        asked()
        pump()
      },
    },
    { highWaterMark: 0 },
  )

  return {
    stream,
    push(piece: Uint8Array) {
      waiting.push(piece)
      pump()
    },
    end() {
      ending = () => source?.close()
      pump()
    },
    fail(error: unknown) {
      waiting.length = 0
      source?.error(error)
    },
  }
}

/** `sent` is given each request that leaves the page. */
export const createFakeFetch = (sent: (request: FakeRequest) => void, base: () => string) => {
  const pending = new Set<FakeRequest>()
  const bytesInFlight = () =>
    [...pending]
      .filter(({ keepalive }) => keepalive)
      .reduce((sum, { body }) => sum + lengthOf(body), 0)

  const fetch = (input: string | URL, init: RequestInit = {}): Promise<Response> => {
    const { method = 'GET', keepalive = false, credentials = 'same-origin', signal } = init
    const body = typeof init.body === 'string' ? init.body : undefined
    let streamed: ReturnType<typeof createBody> | undefined

    return new Promise((resolve, reject) => {
      const refuse = () => reject(new TypeError('Failed to fetch'))
      if (signal?.aborted) return reject(signal.reason)
      if (keepalive && bytesInFlight() + lengthOf(body) > KEEPALIVE_BYTES) return refuse()

      const finish = () => {
        const isFirst = !request.finished
        request.finished = true
        pending.delete(request)
        return isFirst
      }
      const respond = (
        content: string | ReadableStream<Uint8Array> | null,
        { status = 200, contentType = '', headers = {} }: FakeAnswer,
      ) => {
        const fields = { ...(contentType && { 'content-type': contentType }), ...headers }
        resolve(new Response(content, { status, headers: fields }))
      }
      const request: FakeRequest = {
        method: method.toUpperCase(),
        url: new URL(input, base()),
        body,
        headers: Object.fromEntries(new Headers(init.headers)),
        keepalive,
        credentials,
        cache: init.cache ?? 'default',
        aborted: false,
        finished: false,
        reads: 0,
        gone: undefined,
        answer(answer = {}) {
          if (finish()) respond(answer.body || null, answer)
        },
        stream(head = {}) {
          if (request.finished || streamed) return
          streamed = createBody(() => request.reads++)
          respond(streamed.stream, { contentType: 'text/event-stream', ...head })
        },
        push(piece) {
          if (request.finished) return
          streamed?.push(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece)
        },
        end() {
          if (finish()) streamed?.end()
        },
        fail() {
          if (!finish()) return
          if (streamed) streamed.fail(new TypeError('network error'))
          else refuse()
        },
      }
      signal?.addEventListener('abort', () => {
        if (!finish()) return
        request.aborted = true
        request.gone?.()
        if (streamed) streamed.fail(signal.reason)
        else reject(signal.reason)
      })
      pending.add(request)
      sent(request)
    })
  }
  return fetch
}
