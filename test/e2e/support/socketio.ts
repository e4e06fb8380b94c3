/** A Socket.IO server of npm with a page of Steadywire's and one of Socket.IO's own client; both are loaded as modules. */
import { readFileSync } from 'node:fs'
import { createServer, type Server as HttpServer, type ServerResponse } from 'node:http'
import type { Socket as RawSocket } from 'node:net'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import { Server, type ServerOptions } from 'socket.io'
import type { io, Socket } from 'socket.io-client'
import type * as Steadywire from '../../../src/index.ts'
import type * as Entry from '../../../src/socketio.ts'

declare global {
  var socketio: typeof Entry
  var wire: Steadywire.Wire
  var socket: Socket
  var socketClient: typeof io
  /** What the page's client got and was told, in order. */
  var heard: unknown[]
}

export interface SocketioServer {
  readonly origin: string
  readonly io: Server
  /** Cuts every connection, as a network does, once each session has a request that feels it. */
  cut(): Promise<void>
  close(): Promise<void>
}

const OWN_CLIENT = fileURLToPath(
  new URL('../../dist/socket.io.esm.min.js', import.meta.resolve('socket.io-client')),
)
const PAGE = `<!doctype html><html lang="en"><title>Chat</title><link rel="icon" href="data:,">
<script type="module">
import * as steadywire from '/dist/development/index.js'
import * as socketio from '/dist/development/socketio.js'
import { io } from '/client.js'
Object.assign(globalThis, { steadywire, socketio, socketClient: io, heard: [] })
</script></html>`

function answerFile(path: string, response: ServerResponse): void {
  const dist = resolve(process.env.STEADYWIRE_DIST ?? 'dist')
  if (path !== '/client.js' && !/^\/dist\/[\w/]+\.js$/.test(path)) {
    response.setHeader('Content-Type', 'text/html; charset=utf-8')
    response.end(PAGE)
    return
  }
  const file = path === '/client.js' ? OWN_CLIENT : join(dist, path.replace('/dist/', ''))
  response.setHeader('Content-Type', 'text/javascript')
  response.end(readFileSync(file))
}

function rawSocketsOf(http: HttpServer): ReadonlySet<RawSocket> {
  const sockets = new Set<RawSocket>()
  http.on('connection', (socket: RawSocket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
}

export async function startSocketio(options: Partial<ServerOptions> = {}): Promise<SocketioServer> {
  const http = createServer((request, response) => answerFile(request.url ?? '/', response))
  const sockets = rawSocketsOf(http)
  const io = new Server(http, { serveClient: false, ...options })
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done))
  const address = http.address()
  const port = typeof address === 'object' ? address?.port : undefined

  function isFelt(): boolean {
    return [...io.sockets.sockets.values()].every(({ conn }) => conn.transport.writable)
  }
  function destroy(): void {
    for (const socket of sockets) socket.destroy()
  }
  return {
    origin: `http://127.0.0.1:${port}`,
    io,
    async cut() {
      while (!isFelt()) await new Promise((done) => setImmediate(done))
      destroy()
    },
    async close() {
      destroy()
      await io.close()
    },
  }
}

export async function visit(page: Page, { origin }: SocketioServer): Promise<void> {
  await page.goto(origin)
  await page.waitForFunction(() => globalThis.heard !== undefined)
}

export interface Connecting {
  readonly transports: readonly ('websocket' | 'polling')[]
  readonly options?: Entry.SocketioOptions
  /** Types of events to listen to. */
  readonly types?: readonly string[]
}

/** Connects with Steadywire, in the page. */
export async function connect(page: Page, connecting: Connecting): Promise<void> {
  await page.evaluate(({ transports, options, types = ['chat'] }) => {
    const { attachments } = socketio
    const wire = steadywire.connect('/socket.io/', {
      protocol: socketio.socketio(options),
      transports: transports.map((name) => socketio[name]),
      codec: attachments,
      minDelayMs: 50,
    })

    for (const type of types) wire.on(type, (data) => heard.push([type, data]))
    wire.connection.on('open', ({ transport, continuity }) =>
      heard.push(['open', transport, continuity]),
    )
    wire.connection.on('gap', ({ reason }) => heard.push(['gap', reason]))
    wire.connection.on('close', ({ reason, error }) => heard.push(['close', reason, error?.code]))
    Object.assign(globalThis, { wire })
  }, connecting)
}

/** Connects with Socket.IO's own client, in the page. */
export async function connectOwn(page: Page, transports: readonly string[]): Promise<void> {
  await page.evaluate((names) => {
    const socket = socketClient({ transports: [...names] })
    socket.on('chat', (data) => heard.push(['chat', data]))
    socket.on('connect', () => heard.push(['open']))
    Object.assign(globalThis, { socket })
  }, transports)
}

export function heardIn(page: Page): Promise<unknown[]> {
  return page.evaluate(() => heard)
}
