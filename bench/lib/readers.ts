/** What reads a flood in the page: the client under test, and the least that could read the same bytes. */
import type { TransportName } from './transports.ts'

export type ReaderName = 'steadywire' | 'minimal' | 'raw JSON'

export interface Reading {
  /** First event to last. */
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

/** As much of the client as is used here. */
interface Client {
  connect(
    url: string,
    options: { transports: unknown[] },
  ): { on(type: string, listener: (data: Data) => void): unknown; close(): void }
}

/**
 * Runs in the page. Each reader calls the same listeners with parsed data; order and the whole count are checked for all
 * of them alike.
 */
export function readAll(request: ReadRequest): Promise<Reading> {
  const { reader, transport, url, count, types, listeners } = request
  const socketUrl = url.replace('http', 'ws')
  const names = Array.from({ length: types }, (_, index) => `e${index}`)
  const other = () => {}
  let longestTaskMs = 0
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longestTaskMs = Math.max(longestTaskMs, duration)
  }).observe({ entryTypes: ['longtask'] })

  return new Promise((resolve, reject) => {
    let first = 0
    let seen = 0
    const take = ({ n }: Data) => {
      if (n !== ++seen) reject(new Error(`${reader} got event ${n} in place of ${seen}`))
      if (seen === 1) first = performance.now()
      if (seen < count) return
      const ms = performance.now() - first
      end()
      // Long tasks are told of after the task.
      setTimeout(() => resolve({ ms, count, longestTaskMs }), 100)
    }
    let end = other
    const bound = new Map(names.map((name) => [name, [take, ...Array(listeners - 1).fill(other)]]))

    /** The least that takes event blocks apart: no checks, no cursor, no caps. */
    let lastEventId = ''
    const parse = (text: string) => {
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

    const readers = {
      steadywire() {
        const { Steadywire } = globalThis as unknown as {
          Steadywire: Client & Record<TransportName, unknown>
        }
        const wire = Steadywire.connect(url, { transports: [Steadywire[transport]] })
        for (const [name, list] of bound) for (const listener of list) wire.on(name, listener)
        end = () => wire.close()
      },
      'raw JSON'() {
        const socket = new WebSocket(socketUrl)
        socket.onmessage = ({ data }) => take(JSON.parse(data))
        end = () => socket.close()
      },
      minimal() {
        if (transport === 'websocket') {
          const socket = new WebSocket(socketUrl)
          socket.onmessage = ({ data }) => parse(data)
          end = () => socket.close()
        } else if (transport === 'eventsource') {
          const source = new EventSource(url)
          for (const [name, list] of bound) {
            source.addEventListener(name, ({ data }) => {
              const value = JSON.parse(data)
              for (const listener of list) listener(value)
            })
          }
          end = () => source.close()
        } else {
          let over = false
          const poll = () => {
            if (over) return
            const xhr = new XMLHttpRequest()
            xhr.open('GET', lastEventId ? `${url}&last_event_id=${lastEventId}` : url)
            xhr.onload = () => {
              parse(xhr.responseText)
              poll()
            }
            xhr.send()
          }
          end = () => {
            over = true
          }
          poll()
        }
      },
    }
    readers[reader]()
  })
}
