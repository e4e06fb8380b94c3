// Found by review: a POST that overtakes a socket.
import { expect, test } from 'vitest'
import { eventsource, websocket } from '../../../src/index.ts'
import { hello, resumed } from '../../support/dialogue.ts'
import { start } from '../../support/fake-wire.ts'
import { QUIET, seqsOf } from '../upstream/http-stream.ts'

test('what waits behind a full socket is not posted by a batch that has its URL only now', async () => {
  let answer: (url: string) => void = () => {}
  const { sockets, sources, posts, wire, settle } = start({
    transports: [websocket, eventsource],
    url: ({ transport }) =>
      transport === 'send' ? new Promise<string>((resolve) => (answer = resolve)) : '/live',
  })
  for (let count = 0; count < 3; count++) wire.send('chat', 'x'.repeat(20_000))
  ;(await sockets.next()).end()
  ;(await sources.next()).accept(hello('e-0', QUIET))
  await settle()

  const socket = await sockets.soon()
  socket.bufferedAmount = 40_000
  const { send } = socket
  socket.send = (text) => {
    send.call(socket, text)
    socket.bufferedAmount += text.length
  }
  socket.accept(resumed('e-0', QUIET))
  await settle()
  expect(seqsOf(...socket.sent)).toEqual([1, 2])

  answer('/live')
  await settle()
  expect(posts.all.flatMap(({ body }) => seqsOf(body))).toEqual([])
})
