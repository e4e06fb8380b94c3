/** The scripts of the memory group's pages: each opens connections by the same interface. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** `raw`: the browser's own WebSocket with one listener. */
export const CONTENDERS = [
  'raw',
  'steadywire',
  'partysocket',
  'reconnecting-websocket',
  'socket.io',
] as const
export type Contender = (typeof CONTENDERS)[number]

/** What each page has, as `lab`. */
export interface MemoryLab {
  /** Opens idle connections, one after the other, and keeps them. */
  open(count: number): Promise<void>
  /** Opens a connection and closes it, `count` times. */
  cycle(count: number): Promise<void>
  /** Opens connections that are flooded. */
  listen(count: number): Promise<void>
  /** Resolves when that many events came, counted from the page's load. */
  received(count: number): Promise<void>
}

/** What differs: `open(origin, path, onEvent)` resolves with an object that has `close()`, once it is open. */
const OPENERS: Record<Contender, string> = {
  raw: `(origin, path, onEvent) => new Promise((done) => {
    const socket = new WebSocket(origin.replace('http', 'ws') + path)
    socket.onmessage = ({ data }) => {
      for (const block of data.split('\\n\\n')) {
        const at = block.indexOf('data: ')
        if (at > 0 && !block.includes('sw:')) onEvent(JSON.parse(block.slice(at + 6)))
      }
    }
    socket.onopen = () => done(socket)
  })`,
  steadywire: `(origin, path, onEvent) => new Promise((done) => {
    const wire = Steadywire.connect(origin + path)
    wire.on('tick', onEvent)
    wire.connection.on('open', () => done(wire), { once: true })
  })`,
  partysocket: `(origin, path, onEvent) => new Promise((done) => {
    const socket = new PartySocket(origin.replace('http', 'ws') + path)
    socket.onmessage = onEvent
    socket.onopen = () => done(socket)
  })`,
  'reconnecting-websocket': `(origin, path, onEvent) => new Promise((done) => {
    const socket = new ReconnectingWebSocket(origin.replace('http', 'ws') + path)
    socket.onmessage = onEvent
    socket.onopen = () => done(socket)
  })`,
  'socket.io': `(origin, path, onEvent) => new Promise((done) => {
    const socket = io(origin, { forceNew: true, transports: ['websocket'] })
    socket.on('tick', onEvent)
    socket.once('connect', () => done(socket))
  })`,
}

const IMPORTS: Record<Contender, string> = {
  raw: '',
  steadywire: '',
  partysocket: `import { WebSocket as PartySocket } from 'partysocket'`,
  'reconnecting-websocket': `import ReconnectingWebSocket from 'reconnecting-websocket'`,
  'socket.io': `import { io } from 'socket.io-client'`,
}

const lab = (contender: Contender) => `
const open = ${OPENERS[contender]}
const idle = '${contender === 'steadywire' ? '/live' : '/idle'}'
const kept = []
let received = 0
let goal = Infinity
let reached
const onEvent = () => {
  received += 1
  if (received === goal) reached()
}
globalThis.lab = {
  async open(count) {
    for (let n = 0; n < count; n += 1) kept.push(await open(location.origin, idle, () => {}))
  },
  async cycle(count) {
    for (let n = 0; n < count; n += 1) (await open(location.origin, idle, () => {})).close()
  },
  async listen(count) {
    for (let n = 0; n < count; n += 1) kept.push(await open(location.origin, '/flood', onEvent))
  },
  received: (count) =>
    new Promise((done) => {
      if (received >= count) return done()
      goal = count
      reached = done
    }),
}
`

/** @throws what the bundler throws, for example where a peer is not installed */
export async function scriptOf(contender: Contender): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: IMPORTS[contender] + lab(contender),
      resolveDir: fileURLToPath(new URL('../..', import.meta.url)),
    },
    bundle: true,
    format: 'iife',
    write: false,
    minify: true,
  })
  const client = contender === 'steadywire' ? readFileSync('dist/steadywire.min.js', 'utf8') : ''
  return client + (outputFiles[0]?.text ?? '')
}
