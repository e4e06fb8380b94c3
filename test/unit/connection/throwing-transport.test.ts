// A transport of the application's own that throws in what the wire calls: it ends that connection, and nothing else.
import { describe, expect, test } from 'vitest'
import { type Transport, websocket } from '../../../src/index.ts'
import { block, resumed } from '../../support/dialogue.ts'
import { startOpen } from '../../support/fake-wire.ts'

/** A WebSocket of which one method throws while it is broken. */
function fragile(method: 'listen' | 'unlisten' | 'send') {
  const state = { broken: true }
  const act = () => {
    if (state.broken) throw new RangeError('in the transport')
    return true
  }
  const transport: Transport = {
    ...websocket,
    open: (request, sink) => ({ ...websocket.open(request, sink), [method]: act }),
  }
  return { state, transport }
}

describe('a transport that throws', () => {
  test.each<['listen' | 'unlisten' | 'send']>([['listen'], ['unlisten'], ['send']])(
    'in %s ends its connection with the reason; the caller sees nothing of it',
    async (method) => {
      const { state, transport } = fragile(method)
      const { wire, sockets, advance, told, reported } = await startOpen({
        transports: [transport],
      })
      const heard: unknown[] = []

      const off = wire.on('late', (data) => heard.push(data))
      if (method === 'unlisten') off()
      if (method === 'send') wire.send('chat', 1)
      expect(told('retry')).toMatchObject([
        { cause: { reason: 'unsupported', detail: 'RangeError' } },
      ])

      state.broken = false
      await advance(1000)
      ;(await sockets.next()).accept(resumed('h0') + block('late', 1, 'e-1'))
      expect(wire.connection.state).toBe('open')
      expect(heard).toEqual(method === 'unlisten' ? [] : [1])
      expect(reported).toEqual([])
    },
  )
})
