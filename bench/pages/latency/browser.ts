/** What the browser and the client under test offer, as promises. */
import type { TransportName } from '../../lib/transports.ts'

export interface Data {
  readonly n: number
  /** When the server published it, milliseconds since the epoch. */
  readonly at: number
}

/** The part of the client that is used here. */
interface Wire {
  on(type: string, listener: (data: Data) => void): unknown
  send(type: string, data: unknown): Promise<unknown>
  readonly connection: { on(type: 'open', listener: () => void): unknown }
}

declare const Steadywire: Record<TransportName, unknown> & {
  connect(url: string, options: { transports: unknown[] }): Wire
}

/** Milliseconds since the epoch, in fractions. */
export const now = () => performance.timeOrigin + performance.now()

export const once = (target: EventTarget, type: string) =>
  new Promise<Event>((done) => target.addEventListener(type, done, { once: true }))

export async function openSocket(path: string): Promise<WebSocket> {
  const socket = new WebSocket(location.origin.replace('http', 'ws') + path)
  await once(socket, 'open')
  return socket
}

/** Resolves with the next frame after the text was sent. */
export function exchange(socket: WebSocket, text: string): Promise<string> {
  const answered = new Promise<string>((done) => {
    socket.addEventListener('message', ({ data }) => done(data), { once: true })
  })
  socket.send(text)
  return answered
}

/** Of a POST. */
export const HEADERS = { 'content-type': 'text/event-stream' }

export async function request(method: string, url: string, body?: string): Promise<string> {
  const xhr = new XMLHttpRequest()
  xhr.open(method, url)
  if (body) for (const header of Object.entries(HEADERS)) xhr.setRequestHeader(...header)
  xhr.send(body ?? null)
  await once(xhr, 'load')
  return xhr.responseText
}

/** With one transport; resolves when the wire is open. */
export async function openWire(
  transport: TransportName,
  listener: (data: Data) => void,
): Promise<Wire> {
  const wire = Steadywire.connect('/live', { transports: [Steadywire[transport]] })
  wire.on('tick', listener)
  await new Promise<void>((done) => wire.connection.on('open', done))
  return wire
}
