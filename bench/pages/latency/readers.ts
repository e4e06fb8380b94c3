/** Readers of the same events over each transport, and the ages of what they received. */
import type { ReaderName } from '../../lib/latency/lab.ts'
import type { TransportName } from '../../lib/transports.ts'
import { type Data, now, once, openSocket, openWire, request } from './browser.ts'

let next = 0
let received: number[] = []
let wake: (() => void) | undefined
let failure: Error | undefined

export function expect(n: number): void {
  next = n
}

function take({ n, at }: Data): void {
  received.push(now() - at)
  if (n !== next) failure ??= new Error(`event ${n} came in place of ${next}`)
  next += 1
  wake?.()
}

export function ages(count: number): Promise<number[]> {
  return new Promise((resolve, reject) => {
    wake = () => {
      if (failure) reject(failure)
      if (received.length < count) return
      resolve(received)
      received = []
      wake = undefined
    }
    wake()
  })
}

let lastEventId = ''

/** The simplest parser of event blocks. */
function parse(text: string): void {
  for (const block of text.split('\n\n')) {
    let type = ''
    let data = ''
    for (const line of block.split('\n')) {
      if (line.startsWith('id: ')) lastEventId = line.slice(4)
      else if (line.startsWith('event: ')) type = line.slice(7)
      else if (line.startsWith('data: ')) data = line.slice(6)
    }
    if (type === 'tick') take(JSON.parse(data))
  }
}

function openSource(path: string): Promise<unknown> {
  const source = new EventSource(path)
  source.addEventListener('tick', ({ data }) => take(JSON.parse(data)))
  return once(source, 'open')
}

async function pollBare(): Promise<never> {
  for (;;) {
    const events: Data[] = JSON.parse(await request('GET', `/bare?after=${next - 1}`))
    for (const data of events) take(data)
  }
}

async function pollReference(): Promise<never> {
  for (;;) parse(await request('GET', `/live?last_event_id=${lastEventId}`))
}

/** They resolve when events can come. */
export const LISTENERS: Record<ReaderName, Record<TransportName, () => Promise<unknown>>> = {
  raw: {
    async websocket() {
      const socket = await openSocket('/bare')
      socket.onmessage = ({ data }) => take(JSON.parse(data))
    },
    eventsource: () => openSource('/bare'),
    async longpoll() {
      void pollBare()
    },
  },
  minimal: {
    async websocket() {
      const socket = await openSocket('/live')
      socket.onmessage = ({ data }) => parse(data)
    },
    eventsource: () => openSource('/live'),
    async longpoll() {
      parse(await request('GET', '/live?wait=0'))
      void pollReference()
    },
  },
  steadywire: {
    websocket: () => openWire('websocket', take),
    eventsource: () => openWire('eventsource', take),
    longpoll: () => openWire('longpoll', take),
  },
}
