/**
 * A server that sends events as fast as the reader takes them, on all three transports. The query says how many, how large,
 * and how many share a frame. How busy the page's main thread is shows whether the reader or this server is the limit.
 */
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import { listenOnLoopback, originOf } from '../loopback.ts'

export interface FeedRequest {
  readonly count: number
  /** Of one event's data. */
  readonly bytes: number
  /** Event blocks in one frame, or in one write to an EventSource. */
  readonly batch: number
  /** Whether each id precedes the last one in the order of ids: 1, else 0. Not for polls. Default 0. */
  readonly descending?: 0 | 1
  /** Event types, in turns. Default 1. */
  readonly types?: number
  /** `json`: WebSocket frames of the data alone, one event each. Default `blocks`. */
  readonly form?: 'blocks' | 'json'
}

export interface Feed {
  /** An empty page with the client under test as `Steadywire`. */
  readonly pageUrl: string
  /** The same with the build that is not minified. */
  readonly readablePageUrl: string
  streamUrl(request: FeedRequest): string
  close(): Promise<void>
}

/** Handed to the socket before it must have sent some of it. */
const CHUNK_LENGTH = 262_144
const HEAD = '<!doctype html><title>Steadywire</title><link rel="icon" href="data:,">'
const PAGES: Readonly<Record<string, string>> = {
  '/': `${HEAD}<script src="/steadywire.min.js"></script>`,
  '/readable': `${HEAD}<script type="module">
import * as Steadywire from '/steadywire.js'
globalThis.Steadywire = Steadywire</script>`,
}
const SCRIPT = /^\/\w+(\.min)?\.js$/

interface Stream extends Required<FeedRequest> {
  /** Events so far. */
  sent: number
}

function readStream(request: IncomingMessage): { stream: Stream; poll: URLSearchParams } {
  const { searchParams } = new URL(request.url ?? '/', 'http://feed')
  const number = (name: string) => Number(searchParams.get(name) ?? 1)
  const stream: Stream = {
    count: number('count'),
    bytes: number('bytes'),
    batch: number('batch'),
    descending: searchParams.get('descending') === '1' ? 1 : 0,
    types: number('types'),
    form: searchParams.get('form') === 'json' ? 'json' : 'blocks',
    sent: Number(searchParams.get('last_event_id')?.slice(2) ?? 0),
  }
  return { stream, poll: searchParams }
}

function hello(sent: number, continuity: string): string {
  const terms = { continuity, heartbeatMs: 60_000, retryMs: 1000 }
  return `id: f-${sent}\nevent: sw:hello\ndata: ${JSON.stringify(terms)}\n\n`
}

/** JSON of just that size: `{"n":1,"text":"xx…"}`. */
function dataOf(n: number, bytes: number): string {
  const empty = `{"n":${n},"text":""}`
  return `{"n":${n},"text":"${'x'.repeat(Math.max(0, bytes - empty.length))}"}`
}

/** The next frame; empty after the last. */
function nextFrame(stream: Stream): string {
  let frame = ''
  for (let left = stream.batch; left > 0 && stream.sent < stream.count; left -= 1) {
    const n = ++stream.sent
    const data = dataOf(n, stream.bytes)
    if (stream.form === 'json') return data
    const id = stream.descending ? 1e9 - n : n
    frame += `id: f-${id}\nevent: e${n % stream.types}\ndata: ${data}\n\n`
  }
  return frame
}

function feedSocket(socket: WebSocket, stream: Stream): void {
  const pump = () => {
    for (let length = 0; length < CHUNK_LENGTH; ) {
      const frame = nextFrame(stream)
      if (!frame) return
      length += frame.length
      if (length < CHUNK_LENGTH) socket.send(frame)
      else socket.send(frame, (error) => error ?? pump())
    }
  }
  if (stream.form === 'blocks') socket.send(hello(stream.sent, 'fresh'))
  // By then the listeners are there, so that all readers receive the same flood.
  setTimeout(pump, 50)
}

function feedEventSource(response: ServerResponse, stream: Stream): void {
  const pump = () => {
    for (let frame = nextFrame(stream); frame; frame = nextFrame(stream)) {
      if (!response.write(frame)) {
        response.once('drain', pump)
        return
      }
    }
  }
  response.write(hello(stream.sent, 'fresh'))
  setTimeout(pump, 50)
}

/** The poll after the last event is never answered. */
function feedPoll(response: ServerResponse, stream: Stream, first: boolean): void {
  let body = first ? hello(stream.sent, stream.sent > 0 ? 'resumed' : 'fresh') : ''
  const whole = { ...stream, batch: 1 }
  for (let frame = nextFrame(whole); frame; frame = nextFrame(whole)) {
    body += frame
    if (body.length >= CHUNK_LENGTH) break
  }
  if (body) response.end(body)
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const [path = '/'] = (request.url ?? '/').split('?')
  if (PAGES[path]) response.setHeader('content-type', 'text/html').end(PAGES[path])
  else if (SCRIPT.test(path)) {
    response.setHeader('content-type', 'text/javascript')
    response.end(readFileSync(`dist${path}`))
  } else {
    const { stream, poll } = readStream(request)
    response.setHeader('content-type', 'text/event-stream').setHeader('cache-control', 'no-store')
    if (request.headers.accept?.includes('text/event-stream')) feedEventSource(response, stream)
    else feedPoll(response, stream, poll.get('wait') === '0' || !poll.has('last_event_id'))
  }
}

/** @throws the system's error when no port is free. */
export async function startFeed(): Promise<Feed> {
  const http = createServer(answer)
  const sockets = new WebSocketServer({ server: http, perMessageDeflate: false })
  sockets.on('connection', (socket, request) => feedSocket(socket, readStream(request).stream))
  const origin = originOf(await listenOnLoopback(http))

  return {
    pageUrl: `${origin}/`,
    readablePageUrl: `${origin}/readable`,
    streamUrl(request) {
      const query = Object.entries(request).map(([name, value]) => [name, String(value)])
      return `${origin}/live?${new URLSearchParams(Object.fromEntries(query))}`
    },
    close: () =>
      new Promise((done) => {
        for (const socket of sockets.clients) socket.terminate()
        http.close(() => done())
        http.closeAllConnections()
      }),
  }
}
