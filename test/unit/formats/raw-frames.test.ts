// Codecs of bytes in front of servers that know nothing of Steadywire: what the protocol does with text, they leave to it.
import { expect, test } from 'vitest'
import { bytes } from '../../../src/formats/index.ts'
import { eventsource, json, longpoll } from '../../../src/index.ts'
import { nchan } from '../../../src/protocols/nchan.ts'
import { start } from '../../support/fake-wire.ts'
import { begin, beginOpen } from '../protocols/whole-plain/begin.ts'

test('frames that come before the first words were said are delivered after them, in order', async () => {
  let say = (_words: string) => {}
  const words = new Promise<string>((resolve) => {
    say = resolve
  })
  const { sockets, heard, names, settle } = begin({ hello: () => words }, { codec: bytes })
  const socket = await sockets.next()
  socket.open()
  await settle()
  socket.receive(Uint8Array.of(1).buffer)
  socket.receive(btoa('\x02'))
  socket.receive(Uint8Array.of(3).buffer)

  say('first')
  await settle()
  socket.receive(Uint8Array.of(4).buffer)
  expect(socket.sent).toEqual(['first'])
  expect(names()).not.toContain('error')
  expect(heard).toEqual([1, 2, 3, 4].map((byte) => ['message', Uint8Array.of(byte)]))
})

test('the codec of a transport is the one that decodes', async () => {
  const { sources, heard } = begin(
    { codecs: { eventsource: json } },
    { codec: bytes, transports: [eventsource] },
  )
  ;(await sources.next()).accept('data: {"a":1}\n\n')
  expect(heard).toEqual([['message', { a: 1 }]])
})

test('what can not be unpacked is an error and a gap, and the connection goes on', async () => {
  const { socket, told, wire, settle } = await beginOpen(
    { envelope: { type: 'type' } },
    { codec: bytes },
  )
  socket.receive('no JSON')
  await settle()
  expect(told('error')).toMatchObject([{ code: 'codec' }])
  expect(told('gap')).toHaveLength(1)
  expect(wire.connection.state).toBe('open')
})

test('the headers of a poll’s answer reach the protocol', async () => {
  const { polls, wire } = start({ protocol: nchan(), transports: [longpoll], codec: bytes })
  const headers = { 'x-event-id': '7:0' }
  ;(await polls.next()).answer({ contentType: 'text/plain', body: btoa('\x01'), headers })
  await polls.soon()
  expect(wire.connection.lastEventId).toBe('7:0')
})
