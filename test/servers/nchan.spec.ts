/** nginx with Nchan: a channel over EventSource, which resumes, and over WebSocket, which does not under `plain`. */
import { expect, test } from './fixtures.ts'
import { proves } from './proofs.ts'
import { nginxCommand } from './support/nginx.ts'

test('EventSource: resumed after a cut, nothing lost', async ({ servers }) => {
  const server = await servers.run('nchan', (port) =>
    nginxCommand('nchan', 'news.conf', { 8080: port }),
  )
  const reader = await server.visit('sse.ts')
  await reader.printed('* open eventsource fresh')
  await reader.page.evaluate("recipe.publish('one')")
  await reader.printed('published')
  await reader.printed('one (with an id)')

  server.proxy.cut()
  await fetch(`${server.direct}/news`, { method: 'POST', body: 'two' })
  await reader.printed('* open eventsource resumed')
  await fetch(`${server.direct}/news`, { method: 'POST', body: 'three' })
  await reader.printed('three (with an id)')
  expect(reader.lines).not.toContain('* gap unknown')
  expect(reader.own().filter((line) => line !== 'published')).toEqual([
    'one (with an id)',
    'two (with an id)',
    'three (with an id)',
  ])
  proves('nginx with Nchan | eventsource', 'receive', 'resume', 'send', 'ack')
})

test('WebSocket: events and messages, and a gap at a cut', async ({ servers }) => {
  const server = await servers.run('nchan', (port) =>
    nginxCommand('nchan', 'news.conf', { 8080: port }),
  )
  const reader = await server.visit('ws.ts')
  await reader.printed('* open websocket unknown')
  await reader.page.evaluate("recipe.publish('one')")
  await reader.printed('one')

  server.proxy.cut()
  await fetch(`${server.direct}/news`, { method: 'POST', body: 'two' })
  await reader.printed('* open websocket unknown', 2)
  await fetch(`${server.direct}/news`, { method: 'POST', body: 'three' })
  await reader.printed('three')
  expect(reader.own()).toEqual(['one', 'Some news may be missing', 'three'])
  proves('nginx with Nchan | websocket', 'receive', 'gap known', 'send')
})
