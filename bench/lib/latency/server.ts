/**
 * What is timed: the reference server, and beside it the simplest server that sends the same events and echoes the same
 * messages. Events carry the time at which they were published.
 */
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { type WebSocket, WebSocketServer } from 'ws'
import { createSteadywireServer } from '../../../demo/server/index.ts'
import { listenOnLoopback, originOf } from '../loopback.ts'

/** `reference`: the reference server; `bare`: the raw transports' own. */
export type Origin = 'reference' | 'bare'

export interface LatencyServer {
  readonly pageUrl: string
  /** The number of the next event. */
  readonly next: number
  /** Publishes events at a steady rate; resolves with their number, after the last. */
  publish(origin: Origin, perSecond: number, durationMs: number): Promise<number>
  close(): Promise<void>
}

const PAGE = `<!doctype html><title>Latency</title><link rel="icon" href="data:,">
<script src="/script.js"></script>`
/** Without these a page's clock has steps of 0.1 ms. */
const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cache-control': 'no-store',
}
const PADDING = 'x'.repeat(50)

const now = () => performance.timeOrigin + performance.now()

interface Bare {
  /** The event's number counts from 1. */
  publish(data: string): void
  accept(socket: WebSocket, path: string): void
  answer(request: IncomingMessage, response: ServerResponse): void
}

/** The simplest server: no ids, no replay, no checks. */
function createBare(): Bare {
  const sockets = new Set<WebSocket>()
  const sources = new Set<ServerResponse>()
  const polls = new Set<ServerResponse>()
  const log: string[] = []
  const answerPoll = (response: ServerResponse, after: number) =>
    response.end(`[${log.slice(after).join()}]`)

  return {
    publish(data) {
      log.push(data)
      for (const socket of sockets) socket.send(data)
      for (const source of sources) source.write(`event: tick\ndata: ${data}\n\n`)
      for (const poll of polls) answerPoll(poll, log.length - 1)
      polls.clear()
    },
    accept(socket, path) {
      if (path === '/clock') socket.on('message', () => socket.send(String(now())))
      else if (path === '/echo') socket.on('message', (data) => socket.send(String(data)))
      else sockets.add(socket.on('close', () => sockets.delete(socket)))
    },
    answer(request, response) {
      const { searchParams } = new URL(request.url ?? '/', 'http://bare')
      const after = Number(searchParams.get('after'))
      if (request.method === 'POST') request.pipe(response)
      else if (request.headers.accept?.includes('text/event-stream')) {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
        sources.add(response.on('close', () => sources.delete(response)))
      } else if (after < log.length) answerPoll(response, after)
      else polls.add(response.on('close', () => polls.delete(response)))
    },
  }
}

/** Calls at a steady rate, by the clock, since timers drift. */
function pace(perSecond: number, durationMs: number, act: () => void): Promise<number> {
  const total = Math.round((perSecond * durationMs) / 1000)
  const start = performance.now()
  return new Promise((done) => {
    let n = 0
    const turn = () => {
      const due = Math.min(total, ((performance.now() - start) * perSecond) / 1000)
      for (; n < due; n += 1) act()
      if (n === total) return done(total)
      setTimeout(turn, start + (n * 1000) / perSecond - performance.now())
    }
    turn()
  })
}

/** The client under test, and what the page does with it. */
async function buildScript(): Promise<string> {
  const entry = fileURLToPath(new URL('../../pages/latency/main.ts', import.meta.url))
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: 'iife',
    write: false,
  })
  return readFileSync('dist/steadywire.min.js', 'utf8') + (outputFiles[0]?.text ?? '')
}

function servePage(response: ServerResponse, isScript: boolean, script: string): void {
  const type = isScript ? 'text/javascript' : 'text/html'
  response.writeHead(200, { ...ISOLATION, 'content-type': type })
  response.end(isScript ? script : PAGE)
}

/** @throws the system's error when no port is free. */
export async function startLatencyServer(): Promise<LatencyServer> {
  const script = await buildScript()
  const bare = createBare()
  const reference = createSteadywireServer({ onMessage: ({ data }) => JSON.parse(String(data)) })
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  let next = 1

  const http = createServer((request, response) => {
    const [path] = (request.url ?? '/').split('?')
    if (reference.handleRequest(request, response)) return
    if (path === '/bare') bare.answer(request, response)
    else servePage(response, path === '/script.js', script)
  })
  http.on('upgrade', (request, socket, head) => {
    if (reference.handleUpgrade(request, socket, head)) return
    sockets.handleUpgrade(request, socket, head, (one) => bare.accept(one, request.url ?? '/'))
  })
  const port = await listenOnLoopback(http)

  return {
    pageUrl: `${originOf(port)}/`,
    get next() {
      return next
    },
    publish(origin, perSecond, durationMs) {
      return pace(perSecond, durationMs, () => {
        const data = JSON.stringify({ n: next, at: now(), padding: PADDING })
        next += 1
        // The bare server's log holds all events, so that its polls can count on.
        bare.publish(data)
        if (origin === 'reference') void reference.publish('tick', data)
      })
    },
    close() {
      reference.dropAll()
      for (const socket of sockets.clients) socket.terminate()
      const closed = new Promise<void>((done) => http.close(() => done()))
      http.closeAllConnections()
      return closed
    },
  }
}
