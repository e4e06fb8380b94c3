// The fault proxy on the command line, as a process.
import { expect, onTestFinished, test } from 'vitest'
import { dial, REQUESTS } from './dial.ts'
import { FIRST, startOrigin } from './origin.ts'
import { startProgram } from './program.ts'

function start(...args: string[]) {
  return startProgram('demo/faults/main.ts', ...args)
}

test('stands in front of a server and obeys what is typed', { timeout: 30_000 }, async () => {
  const origin = await startOrigin()
  onTestFinished(() => origin.close())
  const { nextLine, type } = start('--target', `${origin.port}`)
  const [, port] = /^http:\/\/127\.0\.0\.1:(\d+) -> /.exec((await nextLine()) ?? '') ?? []
  const passing = await dial(Number(port), REQUESTS.eventsource)
  await passing.receives(FIRST)
  expect(await nextLine()).toBe('GET /live (eventsource): pass')

  type('cut')
  expect(await passing.ended).toBe('reset')
  expect(await nextLine()).toBe('cut')

  type('websocket-refused')
  expect(await nextLine()).toBe('WebSocket refused')
  type('{"latencyMs":1}')
  expect(await nextLine()).toContain('"websocket":"refuse"')

  type('{"latencyMs":-1}')
  expect(await nextLine()).toContain('"latencyMs" must be a whole number')
  type('explode')
  expect(await nextLine()).toBe('"explode" is no command. See --help.')
  expect(await (await dial(Number(port), REQUESTS.websocket)).ended).toBe('reset')
})

test.each([
  [['--port', '0'], '--target must be a port from 1 to 65535'],
  [['--target', '80x'], '--target must be a port'],
  [['--target', '8080', '--port', '70000'], '--port must be a port from 0 to 65535'],
  [['--tarket', '8080'], "Unknown option '--tarket'"],
])('refuses %o', { timeout: 30_000 }, async (args, message) => {
  const { exited, complaint } = start(...args)
  expect(await exited).toBe(1)
  expect(complaint()).toContain(message)
})
