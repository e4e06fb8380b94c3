import { expect, onTestFinished, test } from 'vitest'
import { dial, requests } from './dial.ts'
import { first, startOrigin } from './origin.ts'
import { startProgram } from './program.ts'

function start(...args: string[]) {
  return startProgram('demo/faults/main.ts', ...args)
}

test('stands in front of a server and obeys what is typed', { timeout: 30_000 }, async () => {
  const origin = await startOrigin()
  onTestFinished(() => origin.close())
  const { nextLine, tell } = start('--target', `${origin.port}`)
  const [, port] = /^http:\/\/127\.0\.0\.1:(\d+) -> /.exec((await nextLine()) ?? '') ?? []
  const passing = await dial(Number(port), requests.eventsource)
  await passing.receives(first)
  expect(await nextLine()).toBe('GET /live (eventsource): pass')
  tell('cut')
  expect(await passing.ended).toBe('reset')
  expect(await nextLine()).toBe('cut')
  tell('websocket-refused')
  expect(await nextLine()).toBe('WebSocket refused')
  tell('{"latencyMs":1}')
  expect(await nextLine()).toContain('"websocket":"refuse"')
  tell('{"latencyMs":-1}')
  expect(await nextLine()).toContain('"latencyMs" must be a whole number')
  tell('explode')
  expect(await nextLine()).toBe('"explode" is no command. See --help.')
  expect(await (await dial(Number(port), requests.websocket)).ended).toBe('reset')
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
