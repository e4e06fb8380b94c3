// Under which names the server answers: a page whose own name is pointed at the server's address must not read it.
import { describe, expect, test } from 'vitest'
import type { HostRule } from '../index.ts'
import { watchAccidents } from './support/accidents.ts'
import { formatMessage } from './support/blocks.ts'
import { requestHead, sendRaw, upgradeHead } from './support/raw.ts'
import { ofKind, startServer } from './support/running-server.ts'

const TARGET = '/live?wait=0&client_id=c'
const MESSAGE = formatMessage(1, 'a', '')

/** The text of each request with these header lines, and the status of a good one. */
const REQUESTS: Record<string, { text(lines: string[], target?: string): string; good: number }> = {
  poll: { good: 200, text: (lines, target = TARGET) => requestHead('GET', target, ...lines) },
  EventSource: {
    good: 200,
    text: (lines, target = TARGET) =>
      requestHead('GET', target, ...lines, 'Accept: text/event-stream'),
  },
  POST: {
    good: 200,
    text: (lines, target = TARGET) =>
      requestHead(
        'POST',
        target,
        ...lines,
        'Content-Type: text/event-stream',
        `Content-Length: ${MESSAGE.length}`,
      ) + MESSAGE,
  },
  preflight: {
    good: 204,
    text: (lines, target = TARGET) => requestHead('OPTIONS', target, ...lines),
  },
  handshake: { good: 101, text: (lines, target = TARGET) => upgradeHead(target, ...lines) },
}

async function start(allowedHosts?: HostRule) {
  const accidents = watchAccidents()
  const asked: (string | undefined)[] = []
  const running = await startServer({
    ...(allowedHosts && { allowedHosts }),
    authorize({ headers: { host } }) {
      asked.push(host)
      return {}
    },
    onMessage: () => null,
  })

  return {
    running,
    asked,
    statusOf: (text: string) => sendRaw(running.url, text).status,
    async expectAlive() {
      expect(await accidents()).toEqual([])
      await running.server.closeAll({ reason: 'deploy' })
      expect(running.server.connections.size).toBe(0)
    },
  }
}

describe.each(Object.entries(REQUESTS))('%s', (_, { text, good }) => {
  test.each([
    'localhost',
    'LocalHost:8080',
    'localhost:',
    'app.localhost:1',
    '127.0.0.1',
    '192.168.1.20:8080',
    '[::1]:8080',
    '[fe80::1]',
  ])('to %s, which no name server resolves, is answered', async (host) => {
    const { statusOf, expectAlive } = await start()
    expect(await statusOf(text([`Host: ${host}`]))).toBe(good)
    await expectAlive()
  })

  test.each([
    'evil.example',
    'evil.example:8080',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evillocalhost',
  ])('to %s is refused with 421, although its origin is the same', async (host) => {
    const { running, asked, statusOf, expectAlive } = await start()
    for (const lines of [[], [`Origin: http://${host}`]]) {
      expect(await statusOf(text([`Host: ${host}`, ...lines]))).toBe(421)
      expect((await running.observations.nextThat(ofKind('refused'))).status).toBe(421)
    }
    expect(asked).toEqual([])
    await expectAlive()
  })

  test.each<[string, HostRule]>([
    ['a list', ['other.example', 'App.Example']],
    ['a function', (name) => name === 'app.example'],
    ['a promise', async (name) => name === 'app.example'],
  ])('to a name that %s allows is answered', async (__, rule) => {
    const { statusOf, expectAlive } = await start(rule)
    expect(await statusOf(text(['Host: APP.example:8080']))).toBe(good)
    expect(await statusOf(text(['Host: evil.example']))).toBe(421)
    await expectAlive()
  })

  test.each([
    ['no host', []],
    ['an empty host', ['Host:']],
    ['a host with a blank', ['Host: a b']],
    ['a host with a user', ['Host: evil.example@localhost']],
    ['a host with a path', ['Host: localhost/x']],
    ['a host with a backslash', ['Host: localhost\\x']],
    ['a port that is none', ['Host: localhost:99999']],
    ['half an address', ['Host: [::1']],
    ['two hosts', ['Host: localhost', 'Host: localhost']],
    ['two hosts in one', ['Host: localhost, evil.example']],
  ])('with %s is refused with 400', async (__, lines) => {
    const { asked, statusOf, expectAlive } = await start()
    expect(await statusOf(text(lines))).toBe(400)
    expect(asked).toEqual([])
    await expectAlive()
  })

  test('with a whole URL as its target counts as one to the host in it', async () => {
    const { statusOf, expectAlive } = await start(['app.example'])
    const targets = ['localhost', 'app.example:8080', 'evil.example'].map(
      (host) => `http://${host}${TARGET}`,
    )
    const found: unknown[] = []
    for (const target of targets) found.push(await statusOf(text(['Host: localhost'], target)))
    expect(found).toEqual([good, good, 421])
    expect(await statusOf(text([], targets[0]))).toBe(400)
    const sameOrigin = ['Host: evil.example', 'Origin: http://app.example:8080']
    expect(await statusOf(text(sameOrigin, targets[1]))).toBe(good)
    await expectAlive()
  })
})

test('a request of HTTP/1.0 needs a host too', async () => {
  const { statusOf } = await start()
  const statusWith = (lines: string) => statusOf(`GET ${TARGET} HTTP/1.0\r\n${lines}\r\n`)
  expect(await statusWith('')).toBe(400)
  expect(await statusWith('Host: localhost\r\n')).toBe(200)
})

test.each<[string, HostRule]>([
  [
    'throws',
    () => {
      throw new Error('broken')
    },
  ],
  ['rejects', () => Promise.reject(new Error('broken'))],
])('allowedHosts that %s is a 503', async (_, rule) => {
  const { statusOf, expectAlive } = await start(rule)
  for (const { text } of Object.values(REQUESTS)) {
    expect(await statusOf(text(['Host: evil.example']))).toBe(503)
  }
  await expectAlive()
})

test.each(['*', '/live?wait=0', 'ftp://localhost/live', 'http:///live', 'http://localhost:x/live'])(
  'the target %s does no harm',
  async (target) => {
    const { running, statusOf, expectAlive } = await start()
    for (const { text } of Object.values(REQUESTS)) {
      expect(await statusOf(text(['Host: localhost'], target))).toBeDefined()
    }
    expect(running.observations.all.filter(ofKind('error'))).toEqual([])
    await expectAlive()
  },
)
