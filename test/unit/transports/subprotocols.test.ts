// A server that selects none of the subprotocols that were offered: Chromium takes that as a failure, and says nothing of it.
import { describe, expect, test } from 'vitest'
import { plain, websocket } from '../../../src/index.ts'
import { start } from '../../support/fake-wire.ts'

const HINT = expect.stringMatching(/none of the subprotocols: Chromium/)

function begin(subprotocols?: string | string[]) {
  const started = start({ transports: [websocket], protocol: plain(), subprotocols })
  return { ...started, reason: () => started.wire.connection.attempts[0] }
}

describe('an attempt that ends before it opens', () => {
  test.each(['chat', ['chat', 'v2']])('with %j offered says what it may be', async (offered) => {
    const { sockets, reason, told } = begin(offered)
    ;(await sockets.next()).end()
    expect(reason()).toMatchObject({ reason: 'network', phase: 'connecting' })
    expect(reason()?.detail).toEqual(__DEV__ ? HINT : undefined)
    if (__DEV__) expect(told('error')).toMatchObject([{ code: 'unreachable', message: HINT }])
  })

  test.each([undefined, []])('with %j offered does not', async (offered) => {
    const { sockets, reason } = begin(offered)
    ;(await sockets.next()).end()
    expect(reason()?.detail).toBeUndefined()
  })
})

test('one that was open does not', async () => {
  const { sockets, reason } = begin('chat')
  const socket = await sockets.next()
  socket.open()
  socket.end()
  expect(reason()).toMatchObject({ reason: 'network', phase: 'proven' })
  expect(reason()?.detail).toBeUndefined()
})
