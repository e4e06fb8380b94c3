/** Flask: an event stream, one that forgets `data:`, a WebSocket, and all three at their own URLs. */
import { expect, test } from './fixtures.ts'
import { proves } from './proofs.ts'

const LINE = { from: 'Grace', text: 'hello' }

test('event stream: named events, a POST answered, and a gap at a cut', async ({ servers }) => {
  const flask = await servers.start('flask', 'flask --app sse run --port 5000', 5000)
  const chat = await flask.visit('sse.ts')
  await chat.printed('* open eventsource unknown')
  await flask.post('/messages', LINE)
  await chat.printed('Grace: hello')

  await chat.page.evaluate("recipe.say('I am here')")
  await chat.printed('heard by 1')
  await chat.printed('Ada: I am here')

  flask.proxy.cut()
  await flask.post('/messages', { from: 'Grace', text: 'nobody listens' })
  await chat.printed('* open eventsource unknown', 2)
  await flask.post('/messages', { from: 'Grace', text: 'again' })
  await chat.printed('Grace: again')
  expect(chat.own().filter((line) => line !== 'heard by 1')).toEqual([
    'Grace: hello',
    'Ada: I am here',
    'Lines may be missing: load the chat again',
    'Grace: again',
  ])
  proves('Flask, event stream | eventsource', 'receive', 'named events', 'gap known', 'send', 'ack')
})

test('a stream that forgets `data:`: the development build says so', async ({ servers }) => {
  const flask = await servers.start('flask', 'flask --app mute run --port 5000', 5000)
  const options = { build: 'development', isWatched: false } as const
  const silent = await flask.visitWith(
    `import { connect, eventsource, plain } from 'steadywire'
    const protocol = plain({ heartbeatMs: 500 })
    export const wire = connect('/events', { protocol, transports: [eventsource] })
    wire.on('message', console.log)`,
    options,
  )
  await silent.printed(/Steadywire: Connections open, and are silent for longer .*silent-heartbeat/)

  const read = await flask.visitWith(
    `import { connect, longpoll, plain } from 'steadywire'
    const options = { protocol: plain(), transports: [longpoll], connectTimeoutMs: 2000 }
    export const wire = connect('/events', options)
    wire.on('message', console.log)`,
    options,
  )
  await read.printed(/Seen: longpoll timeout \(200 text\/event-stream, \d+ lines, no data: field\)/)
})

test('WebSocket: events and messages, and a gap at a cut', async ({ servers }) => {
  const flask = await servers.start('flask', 'python3 ws.py', 5000)
  const chat = await flask.visit('ws.ts')
  await chat.printed('* open websocket unknown')
  await chat.page.evaluate("recipe.say('hello')")
  await chat.printed('handed over')
  await chat.printed('Ada: hello')

  flask.proxy.cut()
  await chat.printed('* open websocket unknown', 2)
  await chat.page.evaluate("recipe.say('again')")
  await chat.printed('Ada: again')
  await chat.printed('handed over', 2)
  expect(chat.own().filter((line) => line !== 'handed over')).toEqual([
    'Ada: hello',
    'Lines may be missing: load the chat again',
    'Ada: again',
  ])
  proves('Flask, WebSocket | websocket', 'receive', 'gap known', 'send')
})

test('all three in one wire: each takes over when the one before is blocked', async ({
  servers,
}) => {
  const flask = await servers.start('flask', 'python3 three.py', 5000)
  const shop = await flask.visit('three.ts')
  await shop.printed('* open websocket unknown')
  await shop.printed('price 100')
  await shop.page.evaluate("recipe.setPrice('101')")
  await shop.printed('price 101')
  proves('Flask, all three | websocket', 'receive', 'send')

  flask.proxy.set({ websocket: 'refuse' })
  flask.proxy.cut({ kind: 'websocket' })
  await shop.printed('* open eventsource unknown')
  await shop.page.evaluate("recipe.setPrice('102')")
  await shop.printed('now 102')
  await shop.printed('price 102')
  proves('Flask, all three | eventsource', 'receive', 'gap known', 'send', 'ack')

  flask.proxy.set({ eventsource: 'refuse' })
  flask.proxy.cut({ kind: 'eventsource' })
  await shop.printed('* open longpoll unknown')
  await shop.page.evaluate("recipe.setPrice('103')")
  await shop.printed('now 103')
  await shop.printed('price 103')
  expect(shop.lines.filter((line) => line === '* gap unknown')).toHaveLength(2)
  proves('Flask, all three | longpoll', 'receive', 'gap known', 'send', 'ack')
})
