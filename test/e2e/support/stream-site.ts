/** A site whose event stream is the test's own: pages, the client's files, and a service worker that receives. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { PAGE, readClient } from './backend.ts'

/** One request for the stream. */
export interface Asked {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly body: string
  /** Begins an event stream with this text. */
  stream(said: string): void
}

export interface StreamSite {
  readonly origin: string
  /** Requests for the stream, in order. */
  readonly asked: readonly Asked[]
  close(): Promise<void>
}

/** Receives in place of its pages, and tells them of each event. */
const WORKER = `import { connect, plain, polling, text } from '/core.js'
import { fetchstream } from '/fetchstream.js'
addEventListener('install', () => skipWaiting())
addEventListener('activate', (event) => event.waitUntil(clients.claim()))
addEventListener('message', ({ source }) => {
  const wire = connect('/live', {
    transports: [fetchstream()],
    protocol: plain({ polling, resume: 'header' }),
    codec: text,
    headers: { authorization: 'worker' },
  })
  wire.on('message', (data, { id }) => source.postMessage([id, data]))
})`

/** `answer` is called for each request for the stream. */
export async function openStreamSite(
  answer: (asked: Asked, number: number) => void,
): Promise<StreamSite> {
  const scripts = readClient()
  const asked: Asked[] = []

  async function answerStream(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request)
    const one: Asked = {
      request,
      response,
      body,
      stream(said) {
        response.writeHead(200, {
          'Content-Type': 'text/event-stream',
          'Cache-Control': 'no-store',
        })
        response.write(said)
      },
    }

    answer(one, asked.push(one))
  }

  const server = createServer((request, response) => {
    const { pathname } = new URL(String(request.url), 'http://site.example')
    if (pathname === '/live') return void answerStream(request, response)
    const script = pathname === '/worker.js' ? WORKER : scripts.get(pathname)
    response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html; charset=utf-8')
    response.end(script ?? PAGE)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined

  return {
    origin: `http://127.0.0.1:${port}`,
    asked,
    async close() {
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
    },
  }
}
