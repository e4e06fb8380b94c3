/** Clients in Node that speak each protocol with the least that it requires, and with a browser's headers. */
import { randomUUID } from 'node:crypto'
import { Agent, type IncomingMessage, request as send } from 'node:http'
import { createRequire } from 'node:module'
import WebSocket from 'ws'
import type { ServerName } from './servers.ts'

/** Where the peers are installed. */
const BENCH = new URL('../../package.json', import.meta.url)

/** What a client calls. */
export interface Observer {
  /** For each event. */
  onEvent(): void
  /** When its connection ends unexpectedly. */
  onLost(reason: string): void
}

/** Resolves with a function that ends the connection, when it is open. */
export type Connect = (origin: string, observer: Observer) => Promise<() => void>

export interface Client {
  readonly server: ServerName
  readonly transport: string
  readonly connect: Connect
}

/** The part of the peer that is used here. */
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

/** As long as a browser's: each poll sends them again. */
const HEADERS = {
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
    const options = { method, agent, signal, headers: { ...HEADERS, accept } }
    send(url, options, resolve).on('error', reject).end()
  })
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += chunk
  if (response.statusCode !== 200) throw new Error(`${response.statusCode}: ${text}`)
  return text
}

/** Calls the observer for each time that a text holds the mark of an event. */
function notify(text: string, mark: string, { onEvent }: Observer): void {
  const count = text.split(mark).length - 1
  for (let index = 0; index < count; index += 1) onEvent()
}

/** `mark` is a text that each event holds once. */
function openSocket(url: string, mark: string, observer: Observer): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const { accept, ...rest } = HEADERS
    const socket = new WebSocket(url.replace('http', 'ws'), { headers: rest })
    socket.on('error', reject)
    socket.on('close', (code) => observer.onLost(`close code ${code}`))
    socket.on('message', (data) => {
      notify(String(data), mark, observer)
      resolve(() => socket.terminate())
    })
  })
}

/** Reads a response that does not end. A block or frame may come in pieces: an incomplete one waits for its end. */
async function openStream(
  url: string,
  asking: Omit<Asking, 'signal'>,
  [mark, end]: readonly [string, string],
  observer: Observer,
): Promise<() => void> {
  const ending = new AbortController()
  const response = await ask(url, { ...asking, signal: ending.signal })
  if (response.statusCode !== 200) throw new Error(`${response.statusCode} from ${url}`)

  let rest = ''
  response.setEncoding('utf8').on('error', () => {})
  response.on('close', () => observer.onLost('the response ended'))
  response.on('data', (chunk: string) => {
    const pieces = (rest + chunk).split(end)
    rest = pieces.pop() ?? ''
    for (const piece of pieces) if (piece.includes(mark)) observer.onEvent()
  })

  return () => ending.abort()
}

/** Polls without end; `next` reads a response and returns the next URL. */
async function openPolls(
  [method, first]: readonly ['GET' | 'POST', string],
  next: (text: string) => string,
  { onLost }: Observer,
): Promise<() => void> {
  const ending = new AbortController()
  const poll = async (url: string) => textOf(await ask(url, { method, signal: ending.signal }))
  let url = next(await poll(first))
  const go = async () => {
    while (!ending.signal.aborted) url = next(await poll(url))
  }
  go().catch((error: unknown) => onLost(String(error)))
  return () => ending.abort()
}

const STEADYWIRE_MARK = 'event: tick\n'
const live = (origin: string) => `${origin}/live?client_id=${randomUUID()}`

function pollReference(origin: string, observer: Observer): Promise<() => void> {
  const url = live(origin)
  let cursor = ''
  const next = (text: string) => {
    notify(text, STEADYWIRE_MARK, observer)
    const ids = text.match(/^id: .+$/gm)
    cursor = ids?.at(-1)?.slice(4) ?? cursor
    return `${url}&last_event_id=${cursor}`
  }
  return openPolls(['GET', `${url}&wait=0`], next, observer)
}

const sockJs = (origin: string) => `${origin}/sockjs/000/${randomUUID()}`
/** An event in a frame of SockJS, whose quotes are escaped. */
const SOCKJS_MARK = '\\"text\\"'

function pollSockJs(origin: string, observer: Observer): Promise<() => void> {
  const url = `${sockJs(origin)}/xhr`
  let opened = false
  const next = (text: string) => {
    // The server closes a session that it no longer knows, or opens a new one.
    if (text.startsWith('c') || (opened && text.startsWith('o'))) throw new Error(text.trim())
    opened = true
    notify(text, SOCKJS_MARK, observer)
    return url
  }
  return openPolls(['POST', url], next, observer)
}

function openSocketIo(
  origin: string,
  transport: string,
  { onEvent, onLost }: Observer,
): Promise<() => void> {
  const { io }: SocketIoClient = createRequire(BENCH)('socket.io-client')
  const { accept, ...extraHeaders } = HEADERS
  const options = { forceNew: true, reconnection: false, agent, extraHeaders }

  return new Promise((resolve, reject) => {
    const socket = io(origin, { ...options, transports: [transport] })
    socket.on('tick', onEvent)
    socket.on('connect', () => resolve(() => socket.disconnect()))
    socket.on('disconnect', onLost)
    socket.once('connect_error', reject)
  })
}

export const STEADYWIRE_WEBSOCKET: Client = {
  server: 'steadywire',
  transport: 'websocket',
  connect: (origin, observer) => openSocket(live(origin), STEADYWIRE_MARK, observer),
}

export const CLIENTS: readonly Client[] = [
  STEADYWIRE_WEBSOCKET,
  {
    server: 'steadywire',
    transport: 'eventsource',
    connect: (origin, observer) =>
      openStream(
        live(origin),
        { accept: 'text/event-stream' },
        [STEADYWIRE_MARK, '\n\n'],
        observer,
      ),
  },
  { server: 'steadywire', transport: 'longpoll', connect: pollReference },
  {
    server: 'socket.io',
    transport: 'websocket',
    connect: (origin, observer) => openSocketIo(origin, 'websocket', observer),
  },
  {
    server: 'socket.io',
    transport: 'polling',
    connect: (origin, observer) => openSocketIo(origin, 'polling', observer),
  },
  {
    server: 'sockjs',
    transport: 'websocket',
    connect: (origin, observer) => openSocket(`${sockJs(origin)}/websocket`, SOCKJS_MARK, observer),
  },
  {
    server: 'sockjs',
    transport: 'xhr-streaming',
    connect: (origin, observer) =>
      openStream(
        `${sockJs(origin)}/xhr_streaming`,
        { method: 'POST' },
        [SOCKJS_MARK, '\n'],
        observer,
      ),
  },
  { server: 'sockjs', transport: 'xhr-polling', connect: pollSockJs },
]
