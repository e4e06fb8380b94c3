/** A small hub after the Mercure specification (draft-dunglas-mercure): exact topics, bearer tokens, a bounded history. */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Started } from './process.ts'

interface Update {
  readonly id: string
  readonly topic: string
  readonly isPrivate: boolean
  readonly block: string
}

interface Subscriber {
  readonly topics: readonly string[]
  readonly isTrusted: boolean
  readonly response: ServerResponse
}

export interface MercureHub extends Started {
  /** Forgets all but the last updates, as a bounded history does. */
  forget(kept: number): void
  /** The `lastEventID` of each subscription. */
  readonly cursors: readonly (string | null)[]
}

export const TOKEN = 'secret'
const PATH = '/.well-known/mercure'

function blockOf(id: string, form: URLSearchParams): string {
  const type = form.has('type') ? `event: ${form.get('type')}\n` : ''
  const data = (form.get('data') ?? '').replaceAll('\n', '\ndata: ')
  return `id: ${id}\n${type}data: ${data}\n\n`
}

export async function startMercureHub(): Promise<MercureHub> {
  let history: Update[] = []
  let before = 'earliest' // the id before the history
  const subscribers = new Set<Subscriber>()
  const cursors: (string | null)[] = []

  function reaches({ topics, isTrusted }: Subscriber, update: Update): boolean {
    return topics.includes(update.topic) && (isTrusted || !update.isPrivate)
  }

  async function publish(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await text(request))
    const topic = form.get('topic')
    if (!topic) return void response.writeHead(400).end('Missing "topic" parameter')

    const id = form.get('id') ?? `urn:uuid:${randomUUID()}`
    const update = { id, topic, isPrivate: form.has('private'), block: blockOf(id, form) }
    history.push(update)
    for (const one of subscribers) if (reaches(one, update)) one.response.write(update.block)
    response.writeHead(200, { 'Content-Type': 'text/plain' }).end(id)
  }

  function subscribe(url: URL, isTrusted: boolean, response: ServerResponse): void {
    const topics = [...url.searchParams.getAll('topic'), ...url.searchParams.getAll('match')]
    const cursor = url.searchParams.get('lastEventID')
    const at = history.findIndex(({ id }) => id === cursor)
    const isKnown = at >= 0 || cursor === before
    const last = history.at(-1)?.id ?? before
    cursors.push(cursor)

    // "the hub MUST set the header to the ID of the event preceding the first one that is sent": what is missing shows by it.
    const lastEventId = cursor === null ? last : before
    response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      'Last-Event-ID': isKnown ? String(cursor) : lastEventId,
    })
    response.write(':\n')
    const subscriber = { topics, isTrusted, response }
    const missed = cursor === null ? [] : history.slice(at + 1)
    for (const update of missed) if (reaches(subscriber, update)) response.write(update.block)
    subscribers.add(subscriber)
    response.on('close', () => subscribers.delete(subscriber))
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://hub')
    const isTrusted = request.headers.authorization === `Bearer ${TOKEN}`
    if (url.pathname !== PATH) response.writeHead(404).end()
    else if (!isTrusted) response.writeHead(401).end()
    else if (request.method === 'POST') publish(request, response)
    else subscribe(url, isTrusted, response)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))

  const address = server.address()

  return {
    port: typeof address === 'object' && address ? address.port : 0,
    cursors,
    printed: () => '',
    forget(kept) {
      before = history.at(-kept - 1)?.id ?? before
      history = history.slice(-kept)
    },
    stop() {
      server.closeAllConnections()
      return new Promise((done) => server.close(() => done()))
    },
  }
}
