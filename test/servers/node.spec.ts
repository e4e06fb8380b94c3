/** Node's servers: event streams of Express and Hono with a log, of better-sse without one, and a WebSocket. */
import { expect, test } from './fixtures.ts'
import { proves } from './proofs.ts'

for (const [name, file] of [
  ['Express', 'express.mjs'],
  ['Hono', 'hono.mjs'],
] as const) {
  test(`${name}: resumed after a cut, nothing lost`, async ({ servers }) => {
    const server = await servers.start('node', `node ${file}`, 3000)
    const chat = await server.visit('chat.ts')
    await chat.printed('* open eventsource fresh')
    await server.post('/chat', { from: 'Grace', text: 'hello' })
    await chat.printed('1 Grace: hello')
    await chat.page.evaluate("recipe.say('I am here')")
    await chat.printed('said as 2')
    await chat.printed('2 Ada: I am here')

    server.proxy.cut()
    await server.post('/chat', { from: 'Grace', text: 'nobody listens' })
    await chat.printed('* open eventsource resumed')
    await server.post('/chat', { from: 'Grace', text: 'again' })
    await chat.printed('4 Grace: again')
    expect(chat.lines).not.toContain('* gap unknown')
    expect(chat.own().filter((line) => !line.startsWith('said'))).toEqual([
      '1 Grace: hello',
      '2 Ada: I am here',
      '3 Grace: nobody listens',
      '4 Grace: again',
    ])
    proves(`${name} | eventsource`, 'receive', 'named events', 'resume', 'send', 'ack')
  })
}

test('better-sse: events and messages, and a gap at a cut', async ({ servers }) => {
  const server = await servers.start('node', 'node better-sse.mjs', 3000)
  const chat = await server.visit('better-sse.ts')
  await chat.printed('* open eventsource unknown')
  await chat.page.evaluate("recipe.say('hello')")
  await chat.printed('read by 1')
  await chat.printed('Ada: hello')

  server.proxy.cut()
  await server.post('/chat', { from: 'Grace', text: 'nobody listens' })
  await chat.printed('* open eventsource unknown', 2)
  await server.post('/chat', { from: 'Grace', text: 'again' })
  await chat.printed('Grace: again')
  expect(chat.own().filter((line) => !line.startsWith('read'))).toEqual([
    'Ada: hello',
    'Lines may be missing: load the chat again',
    'Grace: again',
  ])
  proves('better-sse | eventsource', 'receive', 'named events', 'gap known', 'send', 'ack')
})

test('ws: a message waits for the next connection, and a gap comes before it', async ({
  servers,
}) => {
  const server = await servers.start('node', 'node ws.mjs', 3000)
  const chat = await server.visit('ws.ts')
  await chat.printed('* open websocket unknown')
  await chat.page.evaluate("recipe.say('hello')")
  await chat.printed('Ada: hello')

  server.proxy.set({ websocket: 'refuse' })
  server.proxy.cut()
  await chat.printed(/^\* retry/)
  await chat.page.evaluate("void recipe.say('are you there?')")
  server.proxy.set({ websocket: 'pass' })
  await chat.printed('Ada: are you there?')
  expect(chat.own()).toEqual([
    'Ada: hello',
    'Lines may be missing: load the chat again',
    'Ada: are you there?',
  ])
  proves('ws | websocket', 'receive', 'gap known', 'send')
})
