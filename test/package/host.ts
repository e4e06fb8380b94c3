// A web host for pages that a test makes up, with the reference server's stream at /live.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSteadywireServer, type Message, MessageRefused } from '../../demo/server/index.ts'

export interface Host {
  readonly url: string
  /** Serves a text at a path; `.js` and `.html` get their content type. */
  serve(path: string, text: string): void
  publish(type: string, data: unknown): Promise<unknown>
  close(): Promise<void>
}

const contentTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
}

/** Answers a chat message with the length of its text, and refuses one without. */
function answerChat({ data }: Message): unknown {
  const { text } = JSON.parse(String(data)) as { text?: string }
  if (text === undefined) throw new MessageRefused('empty', 'A chat message has a text')
  return { length: text.length }
}

export async function startHost(): Promise<Host> {
  const files = new Map<string, string>()
  const live = createSteadywireServer({ onMessage: answerChat, graceMs: 0 })
  const server = createServer((request, response) => {
    if (live.handleRequest(request, response)) return
    const path = request.url ?? '/'
    const text = files.get(path)
    response.statusCode = text === undefined ? 404 : 200
    response.setHeader('Content-Type', contentTypes[path.split('.').at(-1) ?? ''] ?? 'text/plain')
    response.end(text)
  })
  server.on('upgrade', (request, socket, head) => {
    if (!live.handleUpgrade(request, socket, head)) socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}`,
    serve: (path, text) => void files.set(path, text),
    publish: (type, data) => live.publish(type, JSON.stringify(data)),
    async close() {
      live.dropAll()
      // Closed to new ones first: a browser comes back at once, and would keep the server open.
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
