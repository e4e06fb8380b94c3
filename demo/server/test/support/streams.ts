/** Raw clients of the three transports, which share nothing with the server or the real client. */

import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
} from 'node:http'
import { WebSocket } from 'ws'
import { type Block, createBlockReader, readBlocks } from './blocks.ts'
import { createQueue, type Queue } from './queue.ts'

export type TransportName = 'websocket' | 'eventsource' | 'longpoll'

export interface StreamOptions {
  readonly cursor?: string
  readonly clientId?: string
  readonly headers?: Record<string, string>
}

export interface OpenStream {
  readonly blocks: Queue<Block>
  /** Resolves when the server or the network ended it. */
  readonly ended: Promise<void>
  close(): void
}

export function withQuery(url: string, query: Record<string, string | undefined>): string {
  const address = new URL(url)
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) address.searchParams.set(name, value)
  }
  return address.href
}

const queryOf = ({ cursor, clientId }: StreamOptions) => ({
  last_event_id: cursor,
  client_id: clientId,
})

export interface OpenWebSocket extends OpenStream {
  readonly socket: WebSocket
  /** Texts of the frames, as they came. */
  readonly frames: Queue<string>
  readonly closed: Promise<{ code: number; reason: string }>
}

export function openWebSocket(url: string, options: StreamOptions = {}): OpenWebSocket {
  const address = withQuery(url.replace(/^http/, 'ws'), queryOf(options))
  const socket = new WebSocket(address, { headers: options.headers ?? {} })
  const blocks = createQueue<Block>()
  const frames = createQueue<string>()
  const read = createBlockReader(blocks.push)
  socket.on('message', (data) => {
    frames.push(String(data))
    read(String(data))
  })
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => {
      blocks.fail(new Error(`The WebSocket closed: ${code} ${reason}`))
      resolve({ code, reason: String(reason) })
    })
  })
  socket.on('error', () => {})
  const ended = closed.then(() => {})

  return { socket, blocks, frames, closed, ended, close: () => socket.terminate() }
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly blocks: Block[]
}

export interface RequestOptions {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** Sends one request over a new connection. */
export function startRequest(url: string, options: RequestOptions = {}): ClientRequest {
  const { method = 'GET', headers = {}, body } = options
  const sent = request(url, { method, headers, agent: false })
  sent.end(body)
  return sent
}

export function responseTo(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('response', resolve)
    sent.once('error', reject)
  })
}

export async function readAnswer(response: IncomingMessage): Promise<Answer> {
  let text = ''
  response.setEncoding('utf8')
  for await (const part of response) text += part
  const isStream = response.headers['content-type'] === 'text/event-stream'
  const blocks = isStream ? readBlocks(text) : []
  return { status: response.statusCode ?? 0, headers: response.headers, text, blocks }
}

export async function ask(url: string, options: RequestOptions = {}): Promise<Answer> {
  return readAnswer(await responseTo(startRequest(url, options)))
}

/** Sends messages, given as the text of their blocks. */
export function post(url: string, clientId: string, body: string): Promise<Answer> {
  const headers = { 'Content-Type': 'text/event-stream;charset=UTF-8' }
  return ask(withQuery(url, { client_id: clientId }), { method: 'POST', headers, body })
}

export interface OpenEventSource extends OpenStream {
  readonly response: IncomingMessage
}

/** Resolves when the response's head has come. */
export async function openEventSource(
  url: string,
  options: StreamOptions = {},
): Promise<OpenEventSource> {
  const headers = { Accept: 'text/event-stream', ...options.headers }
  const sent = startRequest(withQuery(url, queryOf(options)), { headers })
  const response = await responseTo(sent)
  const blocks = createQueue<Block>()
  response.setEncoding('utf8')
  response.on('data', createBlockReader(blocks.push))
  response.on('error', () => {})
  const ended = new Promise<void>((resolve) => {
    response.on('close', () => {
      blocks.fail(new Error('The EventSource ended'))
      resolve()
    })
  })
  sent.on('error', () => {})

  return { response, blocks, ended, close: () => sent.destroy() }
}

/** Polls on and on, as a client does, until it is closed or refused. */
export function openLongPoll(url: string, options: StreamOptions = {}): OpenStream {
  const blocks = createQueue<Block>()
  let cursor = options.cursor
  let current: ClientRequest | undefined
  let isClosed = false

  const pollOnce = async (wait: string | undefined) => {
    const query = { ...queryOf({ ...options, ...(cursor && { cursor }) }), wait }
    current = startRequest(withQuery(url, query), { headers: options.headers ?? {} })
    const answer = await readAnswer(await responseTo(current))
    if (answer.status !== 200) throw new Error(`The poll was answered ${answer.status}`)
    for (const block of answer.blocks) {
      if (block.id !== undefined) cursor = block.id
      blocks.push(block)
    }
    return !answer.blocks.some(({ type }) => type === 'sw:close')
  }
  const loop = async () => {
    for (let wait: string | undefined = '0'; !isClosed; wait = undefined) {
      if (!(await pollOnce(wait))) return
    }
  }
  const ended = loop()
    .catch((error: Error) => blocks.fail(error))
    .then(() => blocks.fail(new Error('The polling ended')))
  return {
    blocks,
    ended,
    close() {
      isClosed = true
      current?.destroy()
    },
  }
}

/** A stream over any transport, after its hello. */
export async function openStream(
  transport: TransportName,
  url: string,
  options: StreamOptions = {},
): Promise<OpenStream & { readonly hello: Block }> {
  const open = { websocket: openWebSocket, eventsource: openEventSource, longpoll: openLongPoll }
  const stream = await open[transport](url, options)
  return { ...stream, hello: await stream.blocks.next() }
}
