/** The page that listens with one of the clients, and records which event came when. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { listenOnLoopback, originOf } from '../loopback.ts'

/** The event's number, and when it arrived by the machine's clock. */
export type Arrival = readonly [n: number, atMs: number]

declare global {
  /** By the client's name: connects, and calls `take` for every event. */
  var recoveryClients: Readonly<Record<string, (url: string, take: (n: number) => void) => void>>
  var arrivals: Arrival[]
  /** The machine's clock, also where the page's clock was moved. */
  var realNow: () => number
}

/** The peers as their documentation shows them; `500 ms` are those whose first wait can be set, with that wait before jitter. */
const CLIENTS = `
import { io } from 'socket.io-client'
import SockJs from 'sockjs-client'
import { WebSocket as PartySocket } from 'partysocket'
import ReconnectingWebSocket from 'reconnecting-websocket'

const steadywire = (...names) => (url, take) => {
  const { connect, ...parts } = Steadywire
  const transports = names.map((name) => parts[name])
  const wire = connect(url, names.length ? { transports } : {})
  wire.on('tick', ({ n }) => take(n))
}
const socketIo = (options) => (url, take) => {
  io(new URL(url).origin, options).on('tick', (n) => take(n))
}
const webSocket = (Client, options) => (url, take) => {
  const socket = new Client(url.replace('http', 'ws'), [], options)
  socket.addEventListener('message', ({ data }) => take(Number(data)))
}
const sockJs = (url, take) => {
  const socket = new SockJs(url)
  socket.onmessage = ({ data }) => take(Number(data))
  socket.onclose = () => setTimeout(sockJs, 1000, url, take)
}
const eventSource = (url, take) => {
  new EventSource(url).onmessage = ({ data }) => take(Number(data))
}
const FAST = { minReconnectionDelay: 500 }

globalThis.recoveryClients = {
  'Steadywire': steadywire(),
  'Steadywire, 1 s, the default': steadywire(),
  'Steadywire, WebSocket alone': steadywire('websocket'),
  'Steadywire, EventSource alone': steadywire('eventsource'),
  'Steadywire, poll alone': steadywire('longpoll'),
  'EventSource, retry: 500': eventSource,
  'socket.io-client': socketIo({}),
  'socket.io-client, 500 ms': socketIo({ reconnectionDelay: 500 }),
  'sockjs-client, timer of 1 s': sockJs,
  'partysocket': webSocket(PartySocket, {}),
  'partysocket, 500 ms': webSocket(PartySocket, FAST),
  'reconnecting-websocket': webSocket(ReconnectingWebSocket, {}),
  'reconnecting-websocket, 500 ms': webSocket(ReconnectingWebSocket, FAST),
}
`

const PAGE = `<!doctype html><title>Recovery</title><link rel="icon" href="data:,">
<script src="/steadywire.min.js"></script><script src="/clients.js"></script>`

async function bundleClients(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: CLIENTS, resolveDir: fileURLToPath(new URL('../..', import.meta.url)) },
    bundle: true,
    format: 'iife',
    platform: 'browser',
    define: { global: 'globalThis' },
    minify: true,
    write: false,
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
}

export async function startPages(): Promise<{ url: string; close(): void }> {
  const scripts = new Map([
    ['/steadywire.min.js', readFileSync('dist/steadywire.min.js', 'utf8')],
    ['/clients.js', await bundleClients()],
  ])

  const http = createServer((request, response) => {
    const script = scripts.get(request.url ?? '/')
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html')
    response.end(script ?? PAGE)
  })
  const port = await listenOnLoopback(http)
  return {
    url: `${originOf(port)}/`,
    close() {
      http.close()
      http.closeAllConnections()
    },
  }
}

/** Runs in the page: it must not refer to anything outside of itself. */
export function beginListening([client, url]: readonly [client: string, url: string]): void {
  globalThis.arrivals = []
  recoveryClients[client]?.(url, (n) => arrivals.push([n, realNow()]))
}
