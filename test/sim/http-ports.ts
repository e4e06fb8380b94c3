// The client's ends of HTTP exchanges: the browser's XMLHttpRequest and fetch on the simulated network.
import type { FakeRequest } from '../support/fake-fetch.ts'
import { FakeXhr } from '../support/fake-xhr.ts'
import type { Exchange } from './exchange.ts'
import type { Ending } from './line.ts'
import { type Browser, HELLO, OPAQUE, requestOf } from './ports.ts'

/** A request whose answer is there as a whole, or not at all; a body that ends early is an error where its length was told. */
export const requestClass = (browser: Browser): unknown =>
  class extends FakeXhr {
    constructor() {
      super((request) => send(request, browser), browser.base)
    }
  }

function send(request: FakeXhr, browser: Browser): void {
  const { cache } = browser
  if (request.method === 'POST' || !cache) {
    dial(request, browser)
    return
  }

  request.settled = cache.open({
    url: request.url.href,
    headers: request.headers,
    ask: () => dial(request, browser),
    serve(answer) {
      browser.cached('answered')
      browser.run(() => request.answer(answer))
    },
    wait: () => browser.cached('waiting'),
  })
}

/** Puts an answer together; `undefined` where the browser shows nothing of it. */
function createCollector() {
  let status = OPAQUE
  let headers: Readonly<Record<string, string>> = {}
  let text = ''
  return {
    head(code: number, fields: Readonly<Record<string, string>>) {
      status = code
      headers = fields
    },
    text(piece: string) {
      text += piece
    },
    answer(ending: Ending, { redirected }: Exchange) {
      const { 'content-type': contentType = '', 'content-length': length, ...rest } = headers
      const isCut = length !== undefined && Number(length) !== text.length
      if (ending !== 'fin' || status === OPAQUE || isCut) return undefined
      return {
        status,
        body: text,
        contentType,
        headers: rest,
        ...(redirected && { url: redirected }),
      }
    },
  }
}

function dial(request: FakeXhr, browser: Browser): void {
  const { url, body = '', method, headers, abort } = request
  const isPost = method === 'POST'
  const collector = createCollector()
  const end = (ending: Ending) =>
    browser.deliver(exchange, () => {
      if (request.finished) return
      const answer = collector.answer(ending, exchange)
      if (!answer) return request.fail()

      const { status, body: text } = answer
      if (status < 300 && exchange.first) browser.opened(exchange)
      if (status === 200 && text.includes(HELLO)) browser.greeted(exchange, text)
      browser.received(exchange, text)
      request.answer(answer)
    })

  const exchange = browser.dial(
    requestOf(browser, isPost ? 'post' : 'longpoll', url, body, headers['last-event-id']),
    { ...collector, end },
  )
  if (isPost) browser.handed(exchange, body)
  request.abort = () => {
    exchange.drop()
    abort.call(request)
  }
}

/** A POST that outlives its page. */
export function sendKeptAlive(request: FakeRequest, browser: Browser): void {
  const { url, body = '' } = request
  const collector = createCollector()
  const exchange = browser.dial(requestOf(browser, 'post', url, body), {
    ...collector,
    end: (ending) =>
      browser.deliver(exchange, () => {
        const answer = collector.answer(ending, exchange)
        if (answer) request.answer(answer)
        else request.fail()
      }),
  })
  exchange.keptAlive = true
  browser.handed(exchange, body)
}
