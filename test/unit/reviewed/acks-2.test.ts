// Found by review: acknowledgements that no server should send.
import { describe, expect, test } from 'vitest'
import { codeOf, outcomeOf, startOpen } from '../../support/fake-wire.ts'
import { STREAMS, startStream } from '../upstream/http-stream.ts'

describe('an acknowledgement whose error is no text', () => {
  const odd = 'event: sw:ack\ndata: {"seq":1,"error":{"code":{"toString":1},"message":"no"}}\n\n'

  test.each(STREAMS)('over POST, beside %s: the message is refused', async (name) => {
    const stream = await startStream(name)
    const sent = codeOf(stream.wire.send('chat', 1))
    ;(await stream.posts.next()).answer({ body: odd })
    expect(await sent).toBe('refused')
    stream.expectUndisturbed()
  })

  test('over WebSocket: the message is refused', async () => {
    const { wire, socket } = await startOpen()
    const sent = wire.send('chat', 1)
    socket.receive(odd)
    expect(await outcomeOf(sent)).toEqual({ code: 'refused' })
  })
})
