// The first mistakes of a newcomer: a wire of an application that listens for nothing, and what earns which advice.
import type { Topic } from '../../src/advice-texts.ts'
import {
  connect,
  eventsource,
  longpoll,
  type Options,
  plain,
  type UrlSource,
  websocket,
} from '../../src/index.ts'
import { block, hello } from '../support/dialogue.ts'
import { createFakeEnvironment, type FakeOptions } from '../support/fake-environment.ts'

export const SECRET = 'SECRET'

export interface Setting extends Options {
  readonly url?: UrlSource
  readonly world?: FakeOptions
  /** What it listens for. */
  readonly types?: readonly string[]
}

/** A wire of an application that listens for its events alone, with what the console says of it. */
export function begin({
  url = `/live?ticket=${SECRET}`,
  world: fake,
  types = ['message', 'n'],
  ...options
}: Setting = {}) {
  const world = createFakeEnvironment(fake)
  const wire = connect(url, { environment: world.environment, ...options })
  for (const type of types) wire.on(type, () => {})
  return { ...world, wire, said: () => world.warnings.map((args) => args.join(' ')) }
}

export type Begun = ReturnType<typeof begin>

/** What a policy that lacks a server brings. */
export function violate(
  { page }: Begun,
  blockedURI: string,
  effectiveDirective = 'connect-src',
): void {
  const event = { type: 'securitypolicyviolation', blockedURI, effectiveDirective }
  page.window.call(event, true)
}

export async function pollWith(begun: Begun, body: string, contentType = 'text/event-stream') {
  ;(await begun.polls.soon()).answer({ body, contentType })
  await begun.settle()
}

export async function openSource({ sources, settle }: Begun, text = ''): Promise<void> {
  const source = await sources.soon()
  source.open()
  source.receive(text)
  await settle()
}

interface Mistake {
  readonly setting?: Setting
  readonly make?: (begun: Begun) => unknown
  /** What the sentence must name. */
  readonly remedy: RegExp
}

export const PLAIN_POLLS: Setting = { protocol: plain(), transports: [longpoll] }
export const MANY = 10

/** Of each topic the mistake that earns it. */
export const MISTAKES: Readonly<Record<Topic, Mistake>> = {
  'any-over-eventsource': {
    setting: { transports: [eventsource] },
    async make({ wire, sources }) {
      wire.onAny(() => {})
      ;(await sources.next()).accept(hello())
    },
    remedy: /Bind them with wire\.on, or use another transport/,
  },
  blocked: {
    setting: { world: { blocked: ['WebSocket'] } },
    async make(begun) {
      await begun.settle()
      violate(begun, `wss://page.example/live?ticket=${SECRET}&client_id=1`)
    },
    remedy: /allow it in connect-src .*connect-src lacks wss:\/\/page\.example$/,
  },
  bytes: {
    make: ({ wire }) => void wire.send('m', new Uint8Array(2)),
    remedy: /pass a codec for bytes \(steadywire\/codecs\), or send base64 text .*: m$/,
  },
  'connection-event': {
    make: ({ wire }) => void wire.on('open', () => {}),
    remedy: /those of the connection itself are on wire\.connection\.on .*: open$/,
  },
  'empty-url': { setting: { url: '' }, remedy: /Give the URL of the stream/ },
  'header-resume': {
    setting: { protocol: plain({ resume: 'header' }), transports: [eventsource] },
    make: (begun) => openSource(begun),
    remedy: /Use `resume: "query"`, long-poll, or .*fetchstream/,
  },
  html: {
    setting: PLAIN_POLLS,
    make: (begun) => pollWith(begun, '<!doctype html><title>App</title>', 'text/html'),
    remedy: /single-page applications.*look at the URL/,
  },
  'no-data': {
    setting: PLAIN_POLLS,
    make: (begun) => pollWith(begun, 'event: tick\nid: 1\n\n'),
    remedy: /no `data:` fields.*write `data: …` lines/,
  },
  'no-hello': {
    setting: { transports: [websocket] },
    async make({ sockets }) {
      ;(await sockets.next()).accept(block('n', 1, 'e-1'))
    },
    remedy:
      /^Steadywire: The server did not begin with sw:hello: it does not speak the Steadywire protocol\. For other servers pass `protocol: plain\(\)` .*: websocket protocol \(the first block was no hello\)$/,
  },
  'no-ids': {
    setting: { protocol: plain({ resume: 'query' }), transports: [longpoll] },
    make: (begun) => pollWith(begun, 'data: 1\n\n'.repeat(MANY)),
    remedy: /give each an `id:`, or leave out `resume`/,
  },
  'headers-not-sent': {
    setting: { headers: { authorization: 'Bearer 1' } },
    remedy: /put what the server wants into the URL, or name transports that send them/,
  },
  'no-page': {
    setting: { world: { without: ['addEventListener'] } },
    remedy: /stays connecting\. Connect in the browser/,
  },
  'own-parameter': {
    setting: { url: `/live?client_id=${SECRET}` },
    remedy: /give yours another name .*: client_id$/,
  },
  'repeated-id': {
    setting: { transports: [websocket] },
    async make({ sockets }) {
      ;(await sockets.next()).accept(hello() + block('n', 1, 'e-1') + block('n', 2, 'e-1'))
    },
    remedy: /give each event an id of its own/,
  },
  'reserved-type': {
    make: ({ wire }) => void wire.on('sw:hello', () => {}),
    remedy: /never reach wire\.on: choose another type .*: sw:hello$/,
  },
  'silent-heartbeat': {
    setting: { protocol: plain({ heartbeatMs: 2000 }), transports: [eventsource] },
    async make({ sources, advance }) {
      for (let count = 0; count < 2; count += 1) {
        ;(await sources.soon()).open()
        await advance(3000)
      }
    },
    remedy:
      /plain\(\{ heartbeatType \}\)`, or read the stream by fetch \(steadywire\/fetchstream\)/,
  },
  'speaks-socketio': {
    setting: { transports: [websocket] },
    async make({ sockets }) {
      const socket = await sockets.next()
      socket.open()
      socket.receive('0{"sid":"e-1","upgrades":[],"pingInterval":25000}')
    },
    remedy: /pass `protocol: socketio\(\)` and the transports of steadywire\/socketio/,
  },
  'speaks-steadywire': {
    setting: { protocol: plain(), transports: [websocket] },
    async make({ sockets }) {
      ;(await sockets.next()).accept(hello())
    },
    remedy: /leave out `protocol: plain\(\)`/,
  },
  'unheard-type': {
    setting: { transports: [websocket] },
    async make({ wire, sockets }) {
      wire.on('prcie', () => {})
      ;(await sockets.next()).accept(hello() + block('price', 1, 'e-1'))
    },
    remedy: /compare the two .*: wire\.on\(prcie\): did you mean price\?$/,
  },
  untyped: {
    setting: { protocol: plain(), transports: [websocket], types: ['price'] },
    async make({ sockets }) {
      ;(await sockets.next()).accept('{"type":"price","bid":5}')
    },
    remedy: /with wire\.on\("message", …\) .*: wire\.on\(price\): did you mean message\?$/,
  },
}
