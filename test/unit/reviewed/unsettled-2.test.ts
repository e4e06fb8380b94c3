// Found by review: messages that are never settled.
import { expect, test } from 'vitest'
import { type Protocol, plain, steadywire, type Transport, websocket } from '../../../src/index.ts'
import { hello } from '../../support/dialogue.ts'
import { outcomeOf, start, startOpen } from '../../support/fake-wire.ts'

test('a protocol that acknowledges and recognises no repeats: what a socket took is settled when it ends', async () => {
  const forgetful: Protocol = { ...steadywire, repeats: false }
  const { wire, socket, sockets, advance } = await startOpen({ protocol: forgetful })
  const sent = wire.send('chat', 1)
  expect(socket.sent).toHaveLength(1)
  socket.end()
  expect(await outcomeOf(sent)).toEqual({ code: 'outcome-unknown' })
  expect(wire.bufferedBytes).toBe(0)
  await advance(2000)
  const second = await sockets.next()
  second.accept(hello('e-0', { continuity: 'resumed' }))
  expect(second.sent).toEqual([])
})

test('plain: a message at which a socket throws is settled', async () => {
  const clumsy: Transport = {
    ...websocket,
    open: (_request, sink) => {
      sink.opened()
      sink.text('x')
      return {
        send() {
          throw new RangeError('too much')
        },
        close() {},
      }
    },
  }

  const { wire, settle } = start({ transports: [clumsy], protocol: plain() })
  await settle()
  const sent = wire.send('chat', 1)
  await settle()
  expect(await outcomeOf(sent)).toEqual({ code: 'outcome-unknown' })
  expect(wire.bufferedBytes).toBe(0)
})
