/** A WebSocket server that knows nothing of Steadywire, and speaks bytes, MessagePack, Protocol Buffers or XML. */
import { createServer } from 'node:http'
import { decode, encode } from '@msgpack/msgpack'
import type { Page } from '@playwright/test'
import { WebSocketServer } from 'ws'
import { listen, portOf } from '../../demo/server/listen.ts'
import { expect, test } from './fixtures.ts'
import { readClient } from './support/backend.ts'
import { readCodecs } from './support/codecs-script.ts'

/** What the server says to a new client, and what it makes of a message: number `n` comes back as `n + 1`. */
interface Speaker {
  readonly first: string | Uint8Array
  answer(message: Buffer): string | Uint8Array
}

/** The message `{ n }`, for numbers of one byte. */
const toProtobuf = (n: number) => new Uint8Array([8, n])

const SPEAKERS: Readonly<Record<'bytes' | 'msgpack' | 'numbered' | 'xml', Speaker>> = {
  bytes: {
    first: new Uint8Array([0, 1]),
    answer: (message) => new Uint8Array([0, (message[1] ?? 0) + 1]),
  },
  msgpack: {
    first: encode({ n: 1 }),
    answer: (message) => encode({ n: Number(Reflect.get(Object(decode(message)), 'n')) + 1 }),
  },
  numbered: { first: toProtobuf(1), answer: (message) => toProtobuf((message[1] ?? 0) + 1) },
  xml: {
    first: '<n>1</n>',
    answer: (message) => `<n>${Number(String(message).replace(/<.*?>/g, '')) + 1}</n>`,
  },
}

const PAGE = `<!doctype html><title>Formats</title><script src="/codecs.js"></script>
<script type="module">import * as steadywire from '/steadywire.js'; Object.assign(globalThis, { steadywire })</script>`

async function serve(page: Page, { first, answer }: Speaker) {
  const frames: boolean[] = []
  const scripts = new Map<string | undefined, string | Buffer>(readClient())
  scripts.set('/codecs.js', readCodecs())
  const http = createServer(({ url = '' }, response) => {
    const script = scripts.get(url)
    response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html')
    response.end(script ?? PAGE)
  })

  const sockets = new WebSocketServer({ server: http })
  sockets.on('connection', (socket) => {
    socket.send(first)
    socket.on('message', (data: Buffer, isBinary) => {
      frames.push(isBinary)
      socket.send(answer(data))
    })
  })

  await listen(http, '127.0.0.1', 0, false)
  await page.goto(`http://127.0.0.1:${portOf(http)}/`)
  return {
    frames,
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      await new Promise((done) => http.close(done))
    },
  }
}

/** Sends back what came first, as the listener got it; resolves with the number in the answer. */
async function answerOf(page: Page, name: keyof typeof SPEAKERS): Promise<number> {
  return page.evaluate((format) => {
    const { connect, plain, websocket } = steadywire
    const wire = connect('/', {
      transports: [websocket],
      protocol: plain(),
      codec: codecs[format],
    })
    return new Promise<number>((resolve, reject) => {
      let isFirst = true
      wire.connection.on('error', reject)
      wire.on('message', (data) => {
        if (isFirst) wire.send('message', data)
        else {
          wire.close()
          resolve(numberOf(data))
        }
        isFirst = false
      })
    })

    function numberOf(data: unknown): number {
      if (data instanceof Uint8Array) return data[1] ?? 0
      if (data instanceof Document) return Number(data.documentElement.textContent)
      return Number(Reflect.get(Object(data), 'n'))
    }
  }, name)
}

for (const name of ['bytes', 'msgpack', 'numbered', 'xml'] as const) {
  test(`a plain WebSocket of ${name} is understood, both ways`, async ({ visited }) => {
    const server = await serve(visited, SPEAKERS[name])
    expect(await answerOf(visited, name)).toBe(2)
    expect(server.frames).toEqual([name !== 'xml'])
    await server.close()
  })
}

test('text that is no XML is an error that names where', async ({ visited }) => {
  const server = await serve(visited, { first: '<n>1</m>', answer: String })
  await expect(answerOf(visited, 'xml')).rejects.toThrow()
  await server.close()
})
