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
  aborted: boolean
  finished: boolean
  answer(answer?: FakeAnswer): void
  /** Refused, reset, or hidden by CORS. */
  fail(): void
}

/** Bodies of requests that outlive their page, all together (Fetch standard, "HTTP-network-or-cache fetch"). */
const KEEPALIVE_BYTES = 65_536

const lengthOf = (body: string | undefined) => new TextEncoder().encode(body).length

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

    return new Promise((resolve, reject) => {
      const refuse = () => reject(new TypeError('Failed to fetch'))
      if (keepalive && bytesInFlight() + lengthOf(body) > KEEPALIVE_BYTES) return refuse()

      const finish = () => {
        const isFirst = !request.finished
        request.finished = true
        pending.delete(request)
        return isFirst
      }
      const request: FakeRequest = {
        method: method.toUpperCase(),
        url: new URL(input, base()),
        body,
        headers: Object.fromEntries(new Headers(init.headers)),
        keepalive,
        credentials,
        aborted: false,
        finished: false,
        answer({ status = 200, body: text = '', contentType = '', headers = {} } = {}) {
          const fields = { ...(contentType && { 'content-type': contentType }), ...headers }
          if (finish()) resolve(new Response(text || null, { status, headers: fields }))
        },
        fail() {
          if (finish()) refuse()
        },
      }
      signal?.addEventListener('abort', () => {
        if (!finish()) return
        request.aborted = true
        reject(signal.reason)
      })
      pending.add(request)
      sent(request)
    })
  }
  return fetch
}
