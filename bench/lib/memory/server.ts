/** What the pages of the memory group connect to: one port with a page for each contender and a server for each. */
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import { type WebSocket, WebSocketServer } from 'ws'
import { createSteadywireServer } from '../../../demo/server/index.ts'
import { listenOnLoopback, originOf } from '../loopback.ts'
import { CONTENDERS, type Contender, scriptOf } from './pages.ts'

export interface FloodRequest {
  readonly count: number
  /** Event blocks in one frame. */
  readonly batch: number
  /** Of one event's data. */
  readonly bytes: number
  /** Of one id, in bytes: 20 by default, 128 at most. */
  readonly idBytes?: number
  /** Whether each id precedes the last one in the order of ids. */
  readonly descending?: boolean
}

export interface MemoryServer {
  pageUrl(contender: Contender): string
  /** Sends events to each connection of `/flood`, as fast as it reads them; resolves when the last is handed to the socket. */
  flood(request: FloodRequest): Promise<void>
  close(): Promise<void>
}

/** The part of the Socket.IO server that is used here. */
interface SocketIo {
  readonly Server: new (
    http: Server,
    options: { destroyUpgrade: boolean; serveClient: boolean },
  ) => { close(): void }
}

/** Finds the peers where they are installed. */
const requirePeer = createRequire(new URL('../../package.json', import.meta.url))

/** Handed to the socket before it must have sent some of it. */
const CHUNK_LENGTH = 262_144
const TERMS = { continuity: 'fresh', heartbeatMs: 300_000, retryMs: 1000 }
const ID_BYTES = 20
/** Each connection has a separate log, so that no two share a text. */
const idOf = (log: number, n: number, bytes = ID_BYTES) =>
  `${log.toString(36).padStart(6, 'k')}-${String(n).padStart(bytes - 7, '0')}`
const helloOf = (log: number) =>
  `id: ${idOf(log, 0)}\nevent: sw:hello\ndata: ${JSON.stringify(TERMS)}\n\n`

/** What a connection was sent. */
interface Progress {
  readonly log: number
  /** Events so far. */
  sent: number
}

function blockOf(log: number, n: number, request: FloodRequest): string {
  const { bytes, idBytes, descending } = request
  const empty = `{"n":${n},"text":""}`
  const data = `{"n":${n},"text":"${'x'.repeat(Math.max(0, bytes - empty.length))}"}`
  const id = idOf(log, descending ? 1e9 - n : n, idBytes)
  return `id: ${id}\nevent: tick\ndata: ${data}\n\n`
}

function sendAndWait(socket: WebSocket, frame: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(frame, (error) => (error ? reject(error) : resolve()))
  })
}

async function flood(socket: WebSocket, progress: Progress, request: FloodRequest): Promise<void> {
  const { log, sent } = progress
  const end = sent + request.count
  progress.sent = end

  let waiting = 0
  for (let n = sent; n < end; ) {
    let frame = ''
    for (const stop = Math.min(end, n + request.batch); n < stop; n += 1) {
      frame += blockOf(log, n + 1, request)
    }
    waiting += frame.length
    if (waiting < CHUNK_LENGTH) socket.send(frame)
    else {
      waiting = 0
      await sendAndWait(socket, frame)
    }
  }
}

const page = (contender: Contender) => `<!doctype html><title>${contender}</title>
<link rel="icon" href="data:,"><script src="/script/${contender}"></script>`

async function createPages(): Promise<Server> {
  const scripts = new Map<string, string>()
  for (const contender of CONTENDERS) scripts.set(contender, await scriptOf(contender))
  return createServer((request, response) => {
    const [, kind, name = ''] = (request.url ?? '/').split('/')
    const contender = CONTENDERS.find((candidate) => candidate === name)
    if (kind === 'script') {
      response.setHeader('content-type', 'text/javascript').end(scripts.get(name))
    } else if (kind === 'page' && contender) {
      response.setHeader('content-type', 'text/html').end(page(contender))
    } else if (!request.url?.startsWith('/socket.io/')) response.writeHead(404).end()
  })
}

/** It answers the requests that begin with its path; the HTTP server leaves them to it. */
function attachSocketIo(http: Server): { close(): void } {
  const { Server: SocketIoServer }: SocketIo = requirePeer('socket.io')
  return new SocketIoServer(http, { destroyUpgrade: false, serveClient: false })
}

/** @throws the system's error when no port is free. */
export async function startMemoryServer(): Promise<MemoryServer> {
  const http = await createPages()
  const reference = createSteadywireServer()
  const socketIo = attachSocketIo(http)
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  const floods = new Map<WebSocket, Progress>()
  let logs = 0

  http.on('upgrade', (request, socket, head) => {
    const path = request.url ?? '/'
    if (path.startsWith('/socket.io/') || reference.handleUpgrade(request, socket, head)) return
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      if (!path.startsWith('/flood')) return
      logs += 1
      floods.set(webSocket, { log: logs, sent: 0 })
      webSocket.on('close', () => floods.delete(webSocket)).send(helloOf(logs))
    })
  })

  const origin = originOf(await listenOnLoopback(http))
  return {
    pageUrl: (contender) => `${origin}/page/${contender}`,
    async flood(request) {
      await Promise.all([...floods].map(([socket, progress]) => flood(socket, progress, request)))
    },
    async close() {
      reference.dropAll()
      socketIo.close()
      for (const socket of sockets.clients) socket.terminate()
      http.closeAllConnections()
      if (http.listening) await new Promise((done) => http.close(done))
    },
  }
}
