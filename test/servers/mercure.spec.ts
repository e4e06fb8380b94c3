/** Mercure: exact resume by the hub's answer, a gap where its history ends, publishing by a form. */
import { expect, test } from './fixtures.ts'
import { proves } from './proofs.ts'
import { startMercureHub, TOKEN } from './support/mercure-hub.ts'

const TOPIC = 'https://example.com/books/1'

test('fetchstream: resumed after a cut, a gap where the history ends, private updates', async ({
  page,
  servers,
}) => {
  const hub = await startMercureHub()
  const server = await servers.front('mercure', hub)
  const publish = (title: string) =>
    fetch(`${server.direct}/.well-known/mercure`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}` },
      body: new URLSearchParams({ topic: TOPIC, data: JSON.stringify({ title }) }),
    })
  await page.addInitScript(`localStorage.token = ${JSON.stringify(TOKEN)}`)
  const reader = await server.visit('books.ts')
  await reader.printed('* open fetchstream fresh')
  await reader.page.evaluate("recipe.rename('one')")
  await reader.printed('one')
  await reader.printed(/^published as urn:uuid:/)

  server.proxy.cut()
  await publish('two')
  await publish('three')
  await reader.printed('three')
  expect(reader.lines).toContain('* open fetchstream resumed')
  expect(reader.lines.filter((line) => line.startsWith('* gap'))).toEqual([])

  server.proxy.cut()
  for (const title of ['four', 'five', 'six']) await publish(title)
  hub.forget(1)
  await reader.printed('six')
  expect(reader.own().filter((line) => !line.startsWith('published'))).toEqual([
    'one',
    'two',
    'three',
    'Load the book again',
    'six',
  ])
  expect(hub.cursors).toHaveLength(3)
  proves('Mercure | fetchstream', 'receive', 'resume', 'gap known', 'send', 'ack')
})
