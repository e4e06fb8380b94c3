/** Senders of the same message, which is answered with itself. */
import type { SenderName } from '../../lib/latency/lab.ts'
import { exchange, once, openSocket, openWire, request, sent } from './browser.ts'

const message = { text: 'x'.repeat(80) }
const text = JSON.stringify(message)
/** A message as the reference server takes it. */
const blockOf = (n: number) => `id: ${n}\nevent: echo\ndata: ${text}\n\n`
/** Of its acknowledgement. */
const dataOf = (block: string) => JSON.parse(block.slice(block.indexOf('data: ') + 6))
const live = () => `/live?client_id=${crypto.randomUUID()}`

async function fetchEcho(url: string, body: string): Promise<string> {
  return (await fetch(url, { method: 'POST', body, headers: sent })).text()
}

async function openReference(): Promise<WebSocket> {
  const socket = new WebSocket(location.origin.replace('http', 'ws') + live())
  await once(socket, 'message')
  return socket
}

/** Each resolves with what sends message number n, and resolves with its echo. */
export const senders: Record<SenderName, () => Promise<(n: number) => Promise<unknown>>> = {
  async 'WebSocket, raw'() {
    const socket = await openSocket('/echo')
    return async () => JSON.parse(await exchange(socket, JSON.stringify(message)))
  },
  async 'WebSocket, minimal'() {
    const socket = await openReference()
    return async (n) => dataOf(await exchange(socket, blockOf(n)))
  },
  async 'WebSocket, steadywire'() {
    const wire = await openWire('websocket', () => {})
    return () => wire.send('echo', message)
  },
  async 'POST, raw fetch'() {
    return async () => JSON.parse(await fetchEcho('/bare', JSON.stringify(message)))
  },
  async 'POST, raw XHR'() {
    return async () => JSON.parse(await request('POST', '/bare', JSON.stringify(message)))
  },
  async 'POST, minimal'() {
    const url = live()
    return async (n) => dataOf(await request('POST', url, blockOf(n)))
  },
  async 'POST, steadywire'() {
    const wire = await openWire('eventsource', () => {})
    return () => wire.send('echo', message)
  },
}
