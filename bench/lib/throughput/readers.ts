/** What reads a flood in the page: the client under test, and the simplest reader of the same bytes. */
import type { TransportName } from '../transports.ts'

export type ReaderName = 'steadywire' | 'fetchstream' | 'minimal' | 'raw JSON'

export interface Reading {
  /** From the first event to the last. */
  readonly ms: number
  readonly count: number
  /** The longest task over 50 ms, 0 if there was none. */
  readonly longestTaskMs: number
}

export interface ReadRequest {
  readonly reader: ReaderName
  readonly transport: TransportName
  readonly url: string
  readonly count: number
  readonly types: number
  /** For each type. */
  readonly listeners: number
}

interface Data {
  readonly n: number
}
type Listener = (data: Data) => void
/** The listeners of each type. */
type Bound = ReadonlyMap<string, readonly Listener[]>
/** Begins to read; returns what ends it. */
type Start = (request: ReadRequest, bound: Bound, take: Listener) => () => void

/** The part of the client that is used here. */
interface Client {
  connect(
    url: string,
    options: { transports: unknown[] },
  ): { on(type: string, listener: Listener): unknown; close(): void }
}

declare const Steadywire: Client & Readonly<Record<TransportName, unknown>>

// All functions below run in the page.

function bind({ types, listeners }: ReadRequest, take: Listener): Bound {
  const other = () => {}
  const names = Array.from({ length: types }, (_, index) => `e${index}`)
  return new Map(names.map((name) => [name, [take, ...Array(listeners - 1).fill(other)]]))
}

/** The simplest parser of event blocks: no checks, no cursor, no caps. */
function createParser(bound: Bound) {
  let lastEventId = ''

  function parse(text: string) {
    let type = 'message'
    let data: string | undefined

    for (const line of text.split('\n')) {
      if (line === '') {
        if (data !== undefined) {
          const value = JSON.parse(data)
          for (const listener of bound.get(type) ?? []) listener(value)
        }
        type = 'message'
        data = undefined
      } else {
        const colon = line.indexOf(':')
        const field = line.slice(0, colon)
        const value = line.slice(colon + 2)
        if (field === 'id') lastEventId = value
        else if (field === 'event') type = value
        else if (field === 'data') data = data === undefined ? value : `${data}\n${value}`
      }
    }
  }

  return { parse, lastEventId: () => lastEventId }
}

function readSteadywire({ url, transport }: ReadRequest, bound: Bound) {
  const wire = Steadywire.connect(url, { transports: [Steadywire[transport]] })
  for (const [name, list] of bound) for (const listener of list) wire.on(name, listener)
  return () => wire.close()
}

/** The client under test over fetch, in EventSource's place. */
function readFetched({ url }: ReadRequest, bound: Bound) {
  let end: (() => void) | undefined
  const entry = '/fetchstream.js'
  void import(entry).then(({ fetchstream }) => {
    const wire = Steadywire.connect(url, { transports: [fetchstream()] })
    for (const [name, list] of bound) for (const listener of list) wire.on(name, listener)
    end = () => wire.close()
  })
  return () => end?.()
}

function readRawJson({ url }: ReadRequest, _: Bound, take: Listener) {
  const socket = new WebSocket(url.replace('http', 'ws'))
  socket.onmessage = ({ data }) => take(JSON.parse(data))
  return () => socket.close()
}

function readSocket({ url }: ReadRequest, bound: Bound) {
  const { parse } = createParser(bound)
  const socket = new WebSocket(url.replace('http', 'ws'))
  socket.onmessage = ({ data }) => parse(data)
  return () => socket.close()
}

function readSource({ url }: ReadRequest, bound: Bound) {
  const source = new EventSource(url)
  for (const [name, list] of bound) {
    source.addEventListener(name, function dispatch({ data }) {
      const value = JSON.parse(data)
      for (const listener of list) listener(value)
    })
  }
  return () => source.close()
}

function readPolls({ url }: ReadRequest, bound: Bound) {
  const { parse, lastEventId } = createParser(bound)
  let isOver = false

  function poll() {
    if (isOver) return
    const xhr = new XMLHttpRequest()
    xhr.open('GET', lastEventId() ? `${url}&last_event_id=${lastEventId()}` : url)
    xhr.onload = () => {
      parse(xhr.responseText)
      poll()
    }
    xhr.send()
  }

  poll()
  return () => {
    isOver = true
  }
}

function starterOf({ reader, transport }: ReadRequest): Start {
  if (reader === 'steadywire') return readSteadywire
  if (reader === 'fetchstream') return readFetched
  if (reader === 'raw JSON') return readRawJson
  return { websocket: readSocket, eventsource: readSource, longpoll: readPolls }[transport]
}

/** Each reader calls the same listeners with parsed data; the order and the number of events are checked for all of them. */
export function readAll(request: ReadRequest): Promise<Reading> {
  const { reader, count } = request
  let longestTaskMs = 0
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longestTaskMs = Math.max(longestTaskMs, duration)
  })
  observer.observe({ entryTypes: ['longtask'] })

  return new Promise((resolve, reject) => {
    let first = 0
    let seen = 0
    let end: (() => void) | undefined

    function take({ n }: Data) {
      if (n !== ++seen) reject(new Error(`${reader} got event ${n} in place of ${seen}`))
      if (seen === 1) first = performance.now()
      if (seen < count) return
      const ms = performance.now() - first
      end?.()
      // The observer is called after the task.
      setTimeout(() => {
        observer.disconnect()
        resolve({ ms, count, longestTaskMs })
      }, 100)
    }

    end = starterOf(request)(request, bind(request, take), take)
  })
}

/** For `addInitScript`: what `readAll` calls. */
export const READER_SCRIPT = [
  bind,
  createParser,
  readSteadywire,
  readFetched,
  readRawJson,
  readSocket,
  readSource,
  readPolls,
  starterOf,
]
  .map((one) => `globalThis.${one.name} = ${one}`)
  .join('\n')
