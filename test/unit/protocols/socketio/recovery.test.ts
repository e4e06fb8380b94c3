// Connection state recovery: the session's private ID and the offset of its last event are the cursor.
import { describe, expect, test } from 'vitest'
import { polling, websocket } from '../../../../src/socketio.ts'
import { begin, beginOpen, handshake, type SocketioStart } from './support.ts'

const JOINED = '40{"sid":"s-1","pid":"p-1"}'

function recovering(options: SocketioStart = {}) {
  return beginOpen(options, JOINED)
}

/** Loses the connection, and has the next one ask for the namespace. */
async function reconnect({ sockets, settle }: Awaited<ReturnType<typeof recovering>>) {
  const lost = sockets.all.at(-1)
  lost?.end()
  const next = await sockets.soon()
  next.accept(handshake())
  await settle()
  return next
}

describe('the offset of an event', () => {
  test('is the end of its id, and no argument', async () => {
    const { socket, got, told, wire } = await recovering()
    socket.receive('42["n",1,"o-1"]', '42["n","text","o-2"]', '42["n","o-3"]')
    expect(got).toEqual([
      ['n', 1],
      ['n', 'text'],
      ['n', null],
    ])
    expect(told('event').map(({ id }) => id)).toEqual(['p-1/o-1', 'p-1/o-2', 'p-1/o-3'])
    expect(wire.connection.lastEventId).toBe('p-1/o-3')
  })

  test('is looked for in no event that the server does not keep', async () => {
    const { socket, got } = await recovering({ socketio: { volatile: ['cursor'] } })
    socket.receive('42["cursor","text"]', '427["n","text"]')
    expect(got).toEqual([
      ['cursor', 'text'],
      ['n', 'text'],
    ])
  })

  test('is looked for in no event of a server without recovery', async () => {
    const { socket, got } = await beginOpen()
    socket.receive('42["n","text"]')
    expect(got).toEqual([['n', 'text']])
  })
})

describe('a reconnect', () => {
  test('goes on where the server has the session: without a gap, and without what came before', async () => {
    const started = await recovering({ socketio: { auth: { token: 1 } } })
    started.socket.receive('42["n",1,"o-1"]')
    const next = await reconnect(started)
    expect(next.sent).toEqual(['40{"pid":"p-1","offset":"o-1","token":1}'])

    next.receive('42["n",2,"o-2"]', JOINED, '42["n",1,"o-1"]', '42["n",3,"o-3"]')
    expect(started.got).toEqual([
      ['n', 1],
      ['n', 2],
      ['n', 3],
    ])
    expect(started.told('gap')).toEqual([])
    expect(started.told('open').at(-1)).toMatchObject({ continuity: 'resumed' })
  })

  test('is a gap where the server does not', async () => {
    const started = await recovering()
    started.socket.receive('42["n",1,"o-1"]')
    const next = await reconnect(started)
    next.receive('40{"sid":"s-2","pid":"p-2"}')
    expect(started.told('gap')).toMatchObject([{ reason: 'unknown', from: 'p-1/o-1' }])
    expect(started.wire.connection.lastEventId).toBeUndefined()

    next.receive('42["n",2,"o-2"]')
    const last = await reconnect(started)
    expect(last.sent).toEqual(['40{"pid":"p-2","offset":"o-2"}'])
  })

  test('is a gap where no event came that has an offset', async () => {
    const started = await recovering()
    const next = await reconnect(started)
    expect(next.sent).toEqual(['40'])
    next.receive('40{"sid":"s-2","pid":"p-2"}')
    expect(started.told('gap')).toMatchObject([{ reason: 'unknown' }])
  })

  test('of another page goes on from its cursor', async () => {
    const { sockets, settle, told } = begin({ lastEventId: 'p-1/o-1' })
    const first = await sockets.next()
    first.accept(handshake())
    await settle()
    expect(first.sent).toEqual(['40{"pid":"p-1","offset":"o-1"}'])

    first.receive(JOINED)
    expect(told('open')).toMatchObject([{ continuity: 'resumed' }])
  })
})

describe('a session that an open connection has', () => {
  test('is not asked for by another one, which would take it away', async () => {
    const started = await recovering({ transports: [websocket, polling], attemptDelayMs: 100 })
    started.socket.receive('42["n",1,"o-1"]')
    const next = await reconnect(started)
    await started.advance(200)
    const poll = await started.polls.next()
    poll.answer({ body: handshake({ sid: 'e-9' }), contentType: 'text/plain' })
    const post = await started.posts.next()
    expect(next.sent).toEqual(['40{"pid":"p-1","offset":"o-1"}'])
    expect(post.body).toBe('40')
  })
})
