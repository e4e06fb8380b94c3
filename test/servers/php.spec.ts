/** PHP: a script that sends `retry` and one id for all events, and another that answers a POST. */
import { expect, test } from './fixtures.ts'
import { proves } from './proofs.ts'

test('one id for all: every event comes, and a gap at a cut', async ({ servers }) => {
  const command = 'PHP_CLI_SERVER_WORKERS=4 php -S 127.0.0.1:8080'
  const server = await servers.start('php', command, 8080)
  const reader = await server.visit('news.ts')
  await reader.printed(/^It is \d\d:\d\d:\d\d$/, 3)
  await reader.page.evaluate("recipe.say('hello')")
  await reader.printed('{"letters":5}')

  server.proxy.cut({ kind: 'eventsource' })
  await reader.printed('* open eventsource unknown', 2)
  const before = reader.own().length
  await reader.printed(/^It is/, before)
  expect(reader.own().filter((line) => line === 'Some news may be missing')).toHaveLength(1)
  expect(reader.lines.filter((line) => line.startsWith('* error'))).toEqual([])
  proves('PHP, one id for all | eventsource', 'receive', 'gap known', 'send', 'ack')
})
