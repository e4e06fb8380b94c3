/** A newcomer's site: a page with a script tag, and whatever server answers at /live. */
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join, resolve } from 'node:path'
import type { Duplex } from 'node:stream'
import type { Page } from '@playwright/test'
import { type WebSocket, WebSocketServer } from 'ws'
import { createMemoryStore, createSteadywireServer } from '../../../demo/server/index.ts'
import type * as Client from '../../../src/index.ts'

declare global {
  /** Of the script tag. */
  var Steadywire: typeof Client
  var wire: Client.Wire
}

export interface Answers {
  /** Answers a GET of /live. */
  readonly http?: (response: ServerResponse) => void
  /** Speaks on a WebSocket to /live; without it the handshake is refused. */
  readonly socket?: (socket: WebSocket) => void
  /** The reference server answers at /live. */
  readonly isReference?: boolean
  /** The page's content security policy. */
  readonly policy?: string
  /** The page's script. Default: the development build. */
  readonly script?: 'steadywire.dev.js' | 'steadywire.min.js'
}

export interface Site {
  readonly origin: string
  close(): Promise<void>
}

/** What the newcomer passes to `connect`. */
export interface Attempt {
  readonly url?: string
  /** Passes `plain()` with these options. */
  readonly plain?: Client.PlainOptions
  readonly transports?: readonly ('websocket' | 'eventsource' | 'longpoll')[]
  readonly connectTimeoutMs?: number
  /** Listens for `error`. */
  readonly isListening?: boolean
  /** Listens for an event of the server of that type, too. */
  readonly type?: string
  /** Calls `send` with these arguments, and holds no promise. */
  readonly send?: readonly unknown[]
}

export async function openSite(answers: Answers): Promise<Site> {
  const { http, socket, isReference, policy, script = 'steadywire.dev.js' } = answers
  const dist = resolve(process.env.STEADYWIRE_DIST ?? 'dist')
  const client = readFileSync(join(dist, script))
  const upgrades = new WebSocketServer({ noServer: true })
  const reference = createSteadywireServer({ store: createMemoryStore() })

  function answerPage({ url }: IncomingMessage, response: ServerResponse): void {
    const isScript = url === `/${script}`
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html')
    if (policy) response.setHeader('Content-Security-Policy', policy)
    const page = `<!doctype html><title>App</title><link rel="icon" href="data:,">`
    response.end(isScript ? client : `${page}<script src="/${script}"></script>`)
  }
  function upgrade(request: IncomingMessage, raw: Duplex, head: Buffer): void {
    if (isReference && reference.handleUpgrade(request, raw, head)) return
    if (socket) upgrades.handleUpgrade(request, raw, head, socket)
    else raw.destroy()
  }

  const server = createServer((request, response) => {
    if (isReference && reference.handleRequest(request, response)) return
    if (http && request.url?.startsWith('/live')) http(response)
    else answerPage(request, response)
  })
  server.on('upgrade', upgrade)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined

  return {
    origin: `http://127.0.0.1:${port}`,
    async close() {
      for (const one of upgrades.clients) one.terminate()
      reference.dropAll()
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
    },
  }
}

/** Runs in the page. */
function connectInPage(attempt: Attempt): void {
  const { url = '/live', plain, transports, isListening, type, send, ...rest } = attempt
  const { connect, plain: speak, websocket, eventsource, longpoll } = Steadywire
  const known = { websocket, eventsource, longpoll }
  const wire = connect(url, {
    ...rest,
    ...(plain && { protocol: speak(plain) }),
    ...(transports && { transports: transports.map((name) => known[name]) }),
  })
  if (isListening) wire.connection.on('error', () => {})
  wire.on('message', () => {})
  if (type) wire.on(type, () => {})
  if (send) Reflect.apply(wire.send, wire, send)
  globalThis.wire = wire
}

/** Connects in the site's page. Returns what the client writes to the console, from then on. */
export async function connectAs(page: Page, site: Site, attempt: Attempt): Promise<string[]> {
  const said: string[] = []
  page.on('console', (message) => {
    if (message.text().startsWith('Steadywire')) said.push(message.text())
  })
  await page.goto(site.origin)
  await page.evaluate(connectInPage, attempt)
  return said
}
