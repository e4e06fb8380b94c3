/** Clients in Node that speak each protocol with no more than it asks for, and with a browser's headers. */
import { randomUUID } from 'node:crypto'
import { Agent, type IncomingMessage, request as send } from 'node:http'
import { createRequire } from 'node:module'
import WebSocket from 'ws'

/** Whom a client tells. */
export interface Ear {
  /** For each event. */
  hear(): void
  /** Its connection has ended, which nobody wanted. */
  lose(reason: string): void
}

/** Resolves when it is connected, with what ends it. */
export type Connect = (origin: string, ear: Ear) => Promise<() => void>

/** As much of the peer as is used here. */
interface SocketIoClient {
  io(
    origin: string,
    options: {
      forceNew: boolean
      reconnection: boolean
      transports: string[]
      extraHeaders: Record<string, string>
      agent: Agent
    },
  ): {
    on(type: string, listener: (reason: string) => void): void
    once(type: string, listener: (error: Error) => void): void
    disconnect(): void
  }
}

/** As long as a browser's: with every poll they go over the wire again. */
const headers = {
  accept: '*/*',
  'accept-encoding': 'gzip, deflate, br, zstd',
  'accept-language': 'en-US,en;q=0.9',
  'cache-control': 'no-cache',
  pragma: 'no-cache',
  'sec-ch-ua': '"Chromium";v="156", "Not.A/Brand";v="24"',
  'sec-ch-ua-mobile': '?0',
  'sec-ch-ua-platform': '"Linux"',
  'sec-fetch-dest': 'empty',
  'sec-fetch-mode': 'cors',
  'sec-fetch-site': 'same-origin',
  'user-agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
}
const agent = new Agent({ keepAlive: true, maxFreeSockets: Number.POSITIVE_INFINITY })

interface Asking {
  readonly method?: 'GET' | 'POST'
  readonly accept?: string
  readonly signal: AbortSignal
}

function ask(url: string, { method = 'GET', accept = '*/*', signal }: Asking) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    const options = { method, agent, signal, headers: { ...headers, accept } }
    send(url, options, resolve).on('error', reject).end()
  })
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += chunk
  if (response.statusCode !== 200) throw new Error(`${response.statusCode}: ${text}`)
  return text
}

/** How often a text holds another. */
const countOf = (text: string, part: string) => text.split(part).length - 1

/** `mark` is what each event holds once. */
function openSocket(url: string, mark: string, ear: Ear): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const { accept, ...rest } = headers
    const socket = new WebSocket(url.replace('http', 'ws'), { headers: rest })
    socket.on('error', reject)
    socket.on('close', (code) => ear.lose(`close code ${code}`))
    socket.on('message', (data) => {
      const text = String(data)
      for (let left = countOf(text, mark); left > 0; left -= 1) ear.hear()
      resolve(() => socket.terminate())
    })
  })
}

/** Reads an answer that does not end. A block or frame may come in pieces: what is not ended yet waits. */
async function openStream(
  url: string,
  asking: Omit<Asking, 'signal'>,
  [mark, end]: readonly [string, string],
  ear: Ear,
): Promise<() => void> {
  const ending = new AbortController()
  const response = await ask(url, { ...asking, signal: ending.signal })
  if (response.statusCode !== 200) throw new Error(`${response.statusCode} from ${url}`)
  let rest = ''
  response.setEncoding('utf8').on('error', () => {})
  response.on('close', () => ear.lose('the answer ended'))
  response.on('data', (chunk: string) => {
    const pieces = (rest + chunk).split(end)
    rest = pieces.pop() ?? ''
    for (const piece of pieces) if (piece.includes(mark)) ear.hear()
  })
  return () => ending.abort()
}

/** Asks again and again; `next` takes an answer and says the next URL. */
async function openPolls(
  [method, first]: readonly ['GET' | 'POST', string],
  next: (text: string) => string,
  { lose }: Ear,
): Promise<() => void> {
  const ending = new AbortController()
  const poll = async (url: string) => textOf(await ask(url, { method, signal: ending.signal }))
  let url = next(await poll(first))
  const go = async () => {
    while (!ending.signal.aborted) url = next(await poll(url))
  }
  go().catch((error: unknown) => lose(String(error)))
  return () => ending.abort()
}

const live = (origin: string) => `${origin}/live?client_id=${randomUUID()}`

function pollReference(origin: string, ear: Ear): Promise<() => void> {
  const url = live(origin)
  let cursor = ''
  const next = (text: string) => {
    for (let left = countOf(text, 'event: tick\n'); left > 0; left -= 1) ear.hear()
    const ids = text.match(/^id: .+$/gm)
    cursor = ids?.at(-1)?.slice(4) ?? cursor
    return `${url}&last_event_id=${cursor}`
  }
  return openPolls(['GET', `${url}&wait=0`], next, ear)
}

const sockJs = (origin: string) => `${origin}/sockjs/000/${randomUUID()}`
/** An event in a frame of SockJS, whose quotes are escaped. */
const sockJsMark = '\\"text\\"'

function pollSockJs(origin: string, ear: Ear): Promise<() => void> {
  const url = `${sockJs(origin)}/xhr`
  let opened = false
  const next = (text: string) => {
    // A session that is gone is closed, or opened anew.
    if (text.startsWith('c') || (opened && text.startsWith('o'))) throw new Error(text.trim())
    opened = true
    for (let left = countOf(text, sockJsMark); left > 0; left -= 1) ear.hear()
    return url
  }
  return openPolls(['POST', url], next, ear)
}

function openSocketIo(origin: string, transport: string, ear: Ear): Promise<() => void> {
  const requirePeer = createRequire(new URL('../../package.json', import.meta.url))
  const { io } = requirePeer('socket.io-client') as SocketIoClient
  const { accept, ...extraHeaders } = headers
  const options = { forceNew: true, reconnection: false, agent, extraHeaders }
  return new Promise((resolve, reject) => {
    const socket = io(origin, { ...options, transports: [transport] })
    socket.on('tick', ear.hear)
    socket.on('connect', () => resolve(() => socket.disconnect()))
    socket.on('disconnect', ear.lose)
    socket.once('connect_error', reject)
  })
}

/** By server and transport. */
export const clients = {
  'steadywire websocket': (origin, ear) => openSocket(live(origin), 'event: tick\n', ear),
  'steadywire eventsource': (origin, ear) =>
    openStream(live(origin), { accept: 'text/event-stream' }, ['event: tick\n', '\n\n'], ear),
  'steadywire longpoll': pollReference,
  'socket.io websocket': (origin, ear) => openSocketIo(origin, 'websocket', ear),
  'socket.io polling': (origin, ear) => openSocketIo(origin, 'polling', ear),
  'sockjs websocket': (origin, ear) => openSocket(`${sockJs(origin)}/websocket`, sockJsMark, ear),
  'sockjs xhr-streaming': (origin, ear) =>
    openStream(`${sockJs(origin)}/xhr_streaming`, { method: 'POST' }, [sockJsMark, '\n'], ear),
  'sockjs xhr-polling': pollSockJs,
} satisfies Record<string, Connect>
