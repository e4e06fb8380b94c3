/** A server of somebody's own: a page that loads the modules of the package, and what it answers to WebSockets and requests. */
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join, normalize, resolve } from 'node:path'
import type { Page } from '@playwright/test'
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws'
import type * as Client from '../../../src/index.ts'
import type * as Plain from '../../../src/plain.ts'

declare global {
  /** Of the entries `steadywire` and `steadywire/plain`. */
  var client: typeof Client
  var entry: typeof Plain
  var wire: Client.Wire
  /** What the page heard, in order. */
  var heard: unknown[]
}

export interface OwnServer {
  readonly origin: string
  readonly sockets: WebSocketServer
  close(): Promise<void>
}

export interface OwnAnswers {
  /** A new WebSocket, to any path. */
  readonly connected?: (socket: WebSocket, request: IncomingMessage) => void
  /** A request of /events. */
  readonly events?: (response: ServerResponse) => void
  readonly handleProtocols?: ServerOptions['handleProtocols']
  readonly isDevelopment?: boolean
}

const DIST = resolve(process.env.STEADYWIRE_DIST ?? 'dist')

function createPage(folder: string): string {
  return `<!doctype html><title>App</title><link rel="icon" href="data:,"><script type="module">
import * as client from '/dist${folder}/index.js'
import * as entry from '/dist${folder}/plain.js'
Object.assign(globalThis, { client, entry, heard: [] })</script>`
}

export async function openOwnServer(answers: OwnAnswers): Promise<OwnServer> {
  const { connected, events, handleProtocols, isDevelopment } = answers
  const page = createPage(isDevelopment ? '/development' : '')

  function answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
    if (events && url.startsWith('/events')) {
      events(response)
      return
    }

    const [path = ''] = url.split('?')
    const file = join(DIST, normalize(path.replace('/dist', '')))
    const isModule = path.startsWith('/dist/') && existsSync(file)
    response.setHeader('Content-Type', isModule ? 'text/javascript' : 'text/html')
    response.end(isModule ? readFileSync(file) : page)
  }

  const server = createServer(answer)
  const sockets = new WebSocketServer({ server, ...(handleProtocols && { handleProtocols }) })
  if (connected) sockets.on('connection', connected)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined

  return {
    origin: `http://127.0.0.1:${port}`,
    sockets,
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
    },
  }
}

/** Opens the page, whose modules have run then. */
export async function visit(page: Page, { origin }: OwnServer): Promise<void> {
  await page.goto(origin)
  await page.waitForFunction(() => 'heard' in globalThis)
}
