/** The scripts of the memory group's pages: each opens connections in the same words. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** `raw`: the browser's own WebSocket with one listener. */
export const contenders = [
  'raw',
  'steadywire',
  'partysocket',
  'reconnecting-websocket',
  'socket.io',
] as const
export type Contender = (typeof contenders)[number]

/** What each page has, as `lab`. */
export interface MemoryLab {
  /** Opens so many connections, one after the other, that say and hear nothing, and keeps them. */
  open(count: number): Promise<void>
  /** Opens a connection and closes it, so many times. */
  cycle(count: number): Promise<void>
  /** Opens so many connections that are flooded. */
  listen(count: number): Promise<void>
  /** Resolves when so many events came in all. */
  heard(count: number): Promise<void>
}

/** What differs: `open(origin, path, hear)` resolves with what has `close()`, once it is open. */
const openers: Record<Contender, string> = {
  raw: `(origin, path, hear) => new Promise((done) => {
    const socket = new WebSocket(origin.replace('http', 'ws') + path)
    socket.onmessage = ({ data }) => {
      for (const block of data.split('\\n\\n')) {
        const at = block.indexOf('data: ')
        if (at > 0 && !block.includes('sw:')) hear(JSON.parse(block.slice(at + 6)))
      }
    }
    socket.onopen = () => done(socket)
  })`,
  steadywire: `(origin, path, hear) => new Promise((done) => {
    const wire = Steadywire.connect(origin + path)
    wire.on('tick', hear)
    wire.connection.on('open', () => done(wire), { once: true })
  })`,
  partysocket: `(origin, path, hear) => new Promise((done) => {
    const socket = new PartySocket(origin.replace('http', 'ws') + path)
    socket.onmessage = hear
    socket.onopen = () => done(socket)
  })`,
  'reconnecting-websocket': `(origin, path, hear) => new Promise((done) => {
    const socket = new ReconnectingWebSocket(origin.replace('http', 'ws') + path)
    socket.onmessage = hear
    socket.onopen = () => done(socket)
  })`,
  'socket.io': `(origin, path, hear) => new Promise((done) => {
    const socket = io(origin, { forceNew: true, transports: ['websocket'] })
    socket.on('tick', hear)
    socket.once('connect', () => done(socket))
  })`,
}

const imports: Record<Contender, string> = {
  raw: '',
  steadywire: '',
  partysocket: `import { WebSocket as PartySocket } from 'partysocket'`,
  'reconnecting-websocket': `import ReconnectingWebSocket from 'reconnecting-websocket'`,
  'socket.io': `import { io } from 'socket.io-client'`,
}

const lab = (contender: Contender) => `
const open = ${openers[contender]}
const idle = '${contender === 'steadywire' ? '/live' : '/idle'}'
const kept = []
let heard = 0
let goal = Infinity
let reached
const hear = () => {
  heard += 1
  if (heard === goal) reached()
}
globalThis.lab = {
  async open(count) {
    for (let n = 0; n < count; n += 1) kept.push(await open(location.origin, idle, () => {}))
  },
  async cycle(count) {
    for (let n = 0; n < count; n += 1) (await open(location.origin, idle, () => {})).close()
  },
  async listen(count) {
    for (let n = 0; n < count; n += 1) kept.push(await open(location.origin, '/flood', hear))
  },
  heard: (count) =>
    new Promise((done) => {
      if (heard >= count) return done()
      goal = count
      reached = done
    }),
}
`

/** @throws when the bundler does: a peer is not installed, say. */
export async function scriptOf(contender: Contender): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: imports[contender] + lab(contender),
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
