// The options of the server, and what it refuses to publish.
import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { createMemoryStore, createSteadywireServer } from '../index.ts'
import { listen, startServer } from './support/running-server.ts'
import { ask } from './support/streams.ts'

test.each([
  ['heartbeatMs', 0],
  ['heartbeatMs', 1.5],
  ['maxMessageBytes', Number.NaN],
  ['pollBytes', -1],
  ['retryMs', -1],
  ['graceMs', Number.POSITIVE_INFINITY],
  ['heartbeatMs', 2 ** 31],
  ['graceMs', 2 ** 31],
  ['retryMs', 2 ** 31],
  ['maxMessageBytes', 2 ** 31],
  ['pollBytes', 2 ** 31],
  ['cursorParam', ''],
  ['cursorParam', 'client_id'],
  ['cursorParam', 'wait'],
  ['path', 'live'],
  ['path', '/live?x'],
  ['hearbeatMs', 5],
  ['constructor', 5],
  ['allowedHosts', ['https://app.example']],
  ['allowedHosts', ['app.example:8080']],
  ['allowedHosts', ['app.example', '']],
])('the option %s: %s is refused by its name', (name, value) => {
  expect(() => createSteadywireServer({ [name]: value })).toThrow(
    expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(name) }),
  )
})

test.each<[string, string, string]>([
  ['an empty type', '', ''],
  ['a type of the protocol', 'sw:ping', ''],
  ['LF in a type', 'a\nb', ''],
  ['CR in a type', 'a\rb', ''],
  ['NUL in a type', 'a\0b', ''],
  ['NUL in data', 'a', '\0'],
  ['more than 1 MiB of data', 'a', '\u00e4'.repeat(512 * 1024 + 1)],
])('%s is refused and not logged', async (_, type, data) => {
  const store = createMemoryStore()
  const server = createSteadywireServer({ store })
  await expect(server.publish(type, data)).rejects.toThrow(/must|reserved|at most/)
  await expect(server.publish(type, data, { ephemeral: true })).rejects.toThrow()
  expect(store.log.events).toEqual([])
})

test('a server without options takes everybody and refuses messages', async () => {
  const server = createSteadywireServer()
  const http = createServer((request, response) => server.handleRequest(request, response))
  const port = await listen(http)
  onTestFinished(() => void http.close())
  const answer = await ask(`http://127.0.0.1:${port}/live`)
  expect(answer.text).toContain('"heartbeatMs":15000,"retryMs":1000,"maxMessageBytes":65536')
})

test.each(['/', '/live/', '/other', '/LIVE'])('%s is not touched', async (path) => {
  const running = await startServer()
  const { origin } = new URL(running.url)
  expect((await ask(origin + path)).status).toBe(404)
})

test('another path is possible', async () => {
  const running = await startServer({ path: '/rooms/1' })
  const { origin } = new URL(running.url)
  expect((await ask(`${origin}/rooms/1`)).status).toBe(200)
  expect((await ask(running.url)).status).toBe(404)
})
