// A transport of the application's own that throws in what the wire calls: it ends that connection, and nothing else.
import { describe, expect, test } from 'vitest'
import { type Transport, websocket } from '../../../src/index.ts'
import { block, resumed } from '../../support/dialogue.ts'
import { startOpen } from '../../support/fake-wire.ts'

/** A WebSocket that throws in one method while it is broken, and not at its first `calls`. */
function fragile(method: 'listen' | 'send', calls: number) {
  const state = { broken: true }
  let left = calls
  const act = () => {
    if (state.broken && left-- <= 0) throw new RangeError('in the transport')
    return true
  }
  const transport: Transport = {
    ...websocket,
    open: (request, sink) => ({ ...websocket.open(request, sink), [method]: act }),
  }
  return { state, transport }
}

describe('a transport that throws', () => {
  test.each([
    ['as a listener is bound', 'listen', 0],
    ['as a listener is unbound', 'listen', 1],
    ['as a message is sent', 'send', 0],
  ] as const)('%s ends its connection with the reason', async (_, method, calls) => {
    const { state, transport } = fragile(method, calls)
    const { wire, sockets, advance, told, reported } = await startOpen({ transports: [transport] })
    const heard: unknown[] = []

    const off = wire.on('late', (data) => heard.push(data))
    if (calls) off()
    if (method === 'send') wire.send('chat', 1)
    expect(told('retry')).toMatchObject([
      { cause: { reason: 'unsupported', detail: 'RangeError' } },
    ])

    state.broken = false
    await advance(1000)
    ;(await sockets.next()).accept(resumed('h0') + block('late', 1, 'e-1'))
    expect(wire.connection.state).toBe('open')
    expect(heard).toEqual(calls ? [] : [1])
    expect(reported).toEqual([])
  })
})
