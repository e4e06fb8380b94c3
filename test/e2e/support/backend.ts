/** The server side of one test: pages and the reference server on one port, and how it is restarted. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { join, resolve } from 'node:path'
import {
  type CloseNotice,
  createMemoryStore,
  createSteadywireServer,
  type MemoryStore,
  type MemoryStoreOptions,
  type Message,
  MessageRefused,
  type SteadywireServer,
  type SteadywireServerOptions,
} from '../../../demo/server/index.ts'
import { readCodecs } from './codecs-script.ts'
import { createJournal, type Journal, readData } from './journal.ts'

/** Options of the reference server, and of its memory. */
export interface BackendOptions extends Omit<SteadywireServerOptions, 'store' | 'observe'> {
  readonly memory?: MemoryStoreOptions
}

export interface Restart {
  /** Says goodbye first; without a notice it crashes. */
  readonly notice?: CloseNotice
  /** `false`: events and outcomes are forgotten, and a new log begins. */
  readonly keepMemory: boolean
}

export interface Backend {
  /** Where the pages are; the stream is elsewhere, behind the fault proxy. */
  readonly origin: string
  readonly port: number
  /** The one that runs now. */
  readonly server: SteadywireServer
  readonly store: MemoryStore
  readonly journal: Journal
  /** Each time that it forgot everything: how many messages it had processed by then. */
  readonly losses: readonly { readonly processed: number }[]
  restart(how: Restart): Promise<void>
  close(): Promise<void>
}

/** With the client, and with the transport that is an entry of its own. */
export const PAGE = `<!doctype html><html lang="en"><title>Steadywire</title>
<link rel="icon" href="data:,">
<script type="module">import * as steadywire from '/steadywire.js'
import { fetchstream } from '/fetchstream.js'
globalThis.steadywire = { ...steadywire, fetchstream }</script></html>`

/** The client under test, by the paths of its files: what the package publishes, or a copy named by STEADYWIRE_DIST. */
export function readClient(): ReadonlyMap<string | undefined, Buffer> {
  const dist = resolve(process.env.STEADYWIRE_DIST ?? 'dist')
  const file = join(dist, 'steadywire.js')
  if (!existsSync(file)) throw new Error(`${file} is missing: run "npm run build" first.`)
  const scripts = readdirSync(dist).filter((name) => name.endsWith('.js'))
  return new Map(scripts.map((name) => [`/${name}`, readFileSync(join(dist, name))]))
}

async function listen(http: Server, port: number): Promise<void> {
  await new Promise<void>((done, fail) => {
    http.once('error', fail)
    http.listen(port, '127.0.0.1', done)
  })
}

/** Those of WebSockets too, of which `http` knows no more. */
function socketsOf(http: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>()
  http.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
}

async function shut(http: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise((done) => http.close(done))
  for (const socket of sockets) socket.destroy()
  await closed
}

/** Answers `{"n":…}` with itself; a message of type `refuse` is refused for good. */
function reply({ type, data }: Message): unknown {
  if (type === 'refuse') throw new MessageRefused('unwanted', 'Nobody wants this')
  return readData(data)
}

export async function startBackend(options: BackendOptions): Promise<Backend> {
  const { memory, ...settings } = options
  const client = readClient()
  const journal = createJournal()
  const losses: { processed: number }[] = []
  let store = createMemoryStore(memory)
  let server = createReference()
  let http = createPages()
  let sockets = socketsOf(http)
  await listen(http, 0)
  const { port } = http.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`

  function createReference(): SteadywireServer {
    return createSteadywireServer({
      store,
      retryMs: 100,
      allowedOrigins: (asked) => asked === origin,
      onMessage: reply,
      observe: journal.observe,
      ...settings,
    })
  }

  function createPages(): Server {
    const pages = createServer((request, response) => {
      if (server.handleRequest(request, response)) return
      const script = request.url === '/codecs.js' ? readCodecs() : client.get(request.url)
      response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html; charset=utf-8')
      if (request.url === '/download') response.setHeader('Content-Disposition', 'attachment')
      response.end(script ?? PAGE)
    })
    pages.on('upgrade', (request, socket, head) => {
      if (!server.handleUpgrade(request, socket, head)) socket.destroy()
    })
    return pages
  }

  return {
    origin,
    port,
    get server() {
      return server
    },
    get store() {
      return store
    },
    journal,
    losses,
    async restart({ notice, keepMemory }) {
      if (notice) await server.closeAll(notice)
      server.dropAll()
      await shut(http, sockets)
      if (!keepMemory) {
        store = createMemoryStore(memory)
        losses.push({ processed: journal.processed.length })
      }
      server = createReference()
      http = createPages()
      sockets = socketsOf(http)
      await listen(http, port)
    },
    async close() {
      server.dropAll()
      await shut(http, sockets)
    },
  }
}
