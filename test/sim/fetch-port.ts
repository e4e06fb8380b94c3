// The client's end of an event stream by fetch on the simulated network: its bytes come in pieces, cut within characters.
import type { FakeRequest } from '../support/fake-fetch.ts'
import { type Browser, HELLO, OPAQUE, requestOf } from './ports.ts'

/** Statuses whose answers have no body (Fetch standard, "null body status"). */
const BODILESS = [204, 205, 304]

/** In two pieces, wherever that is. */
function pushBytes(request: FakeRequest, text: string): void {
  const bytes = new TextEncoder().encode(text)
  const middle = bytes.length >> 1
  request.push(bytes.slice(0, middle))
  request.push(bytes.slice(middle))
}

/** A stream whose request and answer are all the browser shows: what it hides is a network error. */
export function sendStreamed(request: FakeRequest, browser: Browser): void {
  const { url, body, headers } = request
  let text = ''
  const act = (deed: () => void) =>
    browser.deliverInSteps(exchange, () => {
      if (!request.finished) deed()
    })
  const notice = (piece: string) => {
    if (exchange.proven) return
    text += piece
    const end = text.indexOf('\n\n', text.indexOf(HELLO))
    if (text.includes(HELLO) && end >= 0) browser.greeted(exchange, text)
  }

  const exchange = browser.dial(
    requestOf(browser, 'fetchstream', url, body, headers['last-event-id']),
    {
      head: (status, { 'content-type': contentType = '', ...fields }) =>
        act(() => {
          const isStream = /^text\/event-stream/.test(contentType)
          if (status < 300 && isStream) browser.opened(exchange)
          if (status !== OPAQUE && !BODILESS.includes(status)) {
            return request.stream({ status, contentType, headers: fields })
          }
          exchange.fail()
          if (status === OPAQUE) request.fail()
          else request.answer({ status, contentType, headers: fields })
        }),
      text: (piece) =>
        act(() => {
          notice(piece)
          browser.received(exchange, piece)
          pushBytes(request, piece)
        }),
      end: (ending) => act(() => (ending === 'fin' ? request.end() : request.fail())),
    },
  )
  request.gone = () => exchange.drop()
}
