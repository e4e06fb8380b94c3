/**
 * A server that says as many events as it is asked for, as fast as the reader takes them, on all three transports.
 * Whether the reader or this server is the limit, the share of time that the page's main thread is busy says. The query says how many, how large, and how many share a frame.
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
  /** Whether each id comes before the last one in the order of ids: 1, else 0. Not for polls. Default 0. */
  readonly descending?: 0 | 1
  /** Event types, in turns. Default 1. */
  readonly types?: number
  /** `json`: WebSocket frames of the data alone, one event each. Default `blocks`. */
  readonly form?: 'blocks' | 'json'
}

export interface Feed {
  /** An empty page with the client under test as `Steadywire`. */
  readonly pageUrl: string
  /** The same of the build that is not minified. */
  readonly readablePageUrl: string
  streamUrl(request: FeedRequest): string
  close(): Promise<void>
}

/** Handed to the socket before its answer is waited for. */
const CHUNK_LENGTH = 262_144
const HEAD = '<!doctype html><title>Steadywire</title><link rel="icon" href="data:,">'
const pages: Readonly<Record<string, string>> = {
  '/': `${HEAD}<script src="/steadywire.min.js"></script>`,
  '/readable': `${HEAD}<script type="module">
import * as Steadywire from '/steadywire.js'
globalThis.Steadywire = Steadywire</script>`,
}
const SCRIPTS = ['/steadywire.min.js', '/steadywire.js']

interface Stream extends Required<FeedRequest> {
  /** Events said so far. */
  said: number
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
    said: Number(searchParams.get('last_event_id')?.slice(2) ?? 0),
  }
  return { stream, poll: searchParams }
}

const hello = (said: number, continuity: string) => {
  const terms = { continuity, heartbeatMs: 60_000, retryMs: 1000 }
  return `id: f-${said}\nevent: sw:hello\ndata: ${JSON.stringify(terms)}\n\n`
}

/** JSON of just that size: `{"n":1,"text":"xx…"}`. */
function dataOf(n: number, bytes: number): string {
  const empty = `{"n":${n},"text":""}`
  return `{"n":${n},"text":"${'x'.repeat(Math.max(0, bytes - empty.length))}"}`
}

/** The next frame; empty when all was said. */
function nextFrame(stream: Stream): string {
  let frame = ''
  for (let left = stream.batch; left > 0 && stream.said < stream.count; left -= 1) {
    const n = ++stream.said
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
  if (stream.form === 'blocks') socket.send(hello(stream.said, 'fresh'))
  // Once the listeners are there, so that all readers get the flood alike.
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
  response.write(hello(stream.said, 'fresh'))
  setTimeout(pump, 50)
}

/** Held for ever once all was said. */
function feedPoll(response: ServerResponse, stream: Stream, first: boolean): void {
  let body = first ? hello(stream.said, stream.said > 0 ? 'resumed' : 'fresh') : ''
  const whole = { ...stream, batch: 1 }
  for (let frame = nextFrame(whole); frame; frame = nextFrame(whole)) {
    body += frame
    if (body.length >= CHUNK_LENGTH) break
  }
  if (body) response.end(body)
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const [path = '/'] = (request.url ?? '/').split('?')
  if (pages[path]) response.setHeader('content-type', 'text/html').end(pages[path])
  else if (SCRIPTS.includes(path)) {
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
