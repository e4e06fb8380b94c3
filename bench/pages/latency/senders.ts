/** Senders of the same message, which the server echoes. */
import type { SenderName } from '../../lib/latency/lab.ts'
import { exchange, HEADERS, once, openSocket, openWire, request } from './browser.ts'

const MESSAGE = { text: 'x'.repeat(80) }
const TEXT = JSON.stringify(MESSAGE)
/** A message as the reference server takes it. */
const blockOf = (n: number) => `id: ${n}\nevent: echo\ndata: ${TEXT}\n\n`
/** The data of an acknowledgement. */
const dataOf = (block: string) => JSON.parse(block.slice(block.indexOf('data: ') + 6))
const live = () => `/live?client_id=${crypto.randomUUID()}`

async function fetchEcho(url: string, body: string): Promise<string> {
  return (await fetch(url, { method: 'POST', body, headers: HEADERS })).text()
}

async function openReference(): Promise<WebSocket> {
  const socket = new WebSocket(location.origin.replace('http', 'ws') + live())
  await once(socket, 'message')
  return socket
}

/** Each resolves with a function that sends message number n and resolves with its echo. */
export const SENDERS: Record<SenderName, () => Promise<(n: number) => Promise<unknown>>> = {
  async 'WebSocket, raw'() {
    const socket = await openSocket('/echo')
    return async () => JSON.parse(await exchange(socket, JSON.stringify(MESSAGE)))
  },
  async 'WebSocket, minimal'() {
    const socket = await openReference()
    return async (n) => dataOf(await exchange(socket, blockOf(n)))
  },
  async 'WebSocket, steadywire'() {
    const wire = await openWire('websocket', () => {})
    return () => wire.send('echo', MESSAGE)
  },
  async 'POST, raw fetch'() {
    return async () => JSON.parse(await fetchEcho('/bare', JSON.stringify(MESSAGE)))
  },
  async 'POST, raw XHR'() {
    return async () => JSON.parse(await request('POST', '/bare', JSON.stringify(MESSAGE)))
  },
  async 'POST, minimal'() {
    const url = live()
    return async (n) => dataOf(await request('POST', url, blockOf(n)))
  },
  async 'POST, steadywire'() {
    const wire = await openWire('eventsource', () => {})
    return () => wire.send('echo', MESSAGE)
  },
}
