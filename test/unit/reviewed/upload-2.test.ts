// Found by review: a large message that is still on its way out of the socket.
import { expect, test } from 'vitest'
import { plain } from '../../../src/index.ts'
import { startOpen } from '../../support/fake-wire.ts'

test('plain: a socket that is still sending a large message is not taken for dead', async () => {
  const { wire, socket, advance, told } = await startOpen({ protocol: plain() }, 'x')
  wire.send('chat', 'x'.repeat(800_000)) // 100 s at 64 kbit/s
  socket.bufferedAmount = 800_000
  wire.send('chat', 1)

  await advance(60_000)
  expect(told('retry')).toEqual([])
})
