// Parts of one's own: a protocol, and transports, as an application may write them.
import { describe, expect, test } from 'vitest'
import {
  type Frame,
  type Protocol,
  plain,
  type Receiver,
  steadywire,
  type Transport,
  websocket,
} from '../../src/index.ts'
import { block, hello, resumed } from '../support/dialogue.ts'
import { outcomeOf, start, startOpen } from '../support/fake-wire.ts'

test("a protocol of one's own whose reader throws ends the connection with the reason, and no more", async () => {
  const picky: Protocol = {
    ...steadywire,
    read(...given) {
      const reader = steadywire.read(...given)
      return {
        ...reader,
        text(piece: string, contentType) {
          if (piece.includes('secret')) throw new RangeError('no secret here')
          return reader.text(piece, contentType)
        },
      }
    },
  }
  const { socket, sockets, ids, told, advance } = await startOpen({ protocol: picky })

  socket.receive(block('n', 1, 'e-1'))
  socket.receive(block('n', 'secret', 'e-2'))
  expect(told('retry')).toMatchObject([{ cause: { reason: 'protocol', detail: 'RangeError' } }])

  await advance(1000)
  const second = await sockets.next()
  expect(second.url.searchParams.get('last_event_id')).toBe('e-1')

  second.accept(resumed('e-1') + block('n', 2, 'e-2'))
  expect(ids()).toEqual(['e-1', 'e-2'])
})

describe("a transport of one's own", () => {
  /** It is open, and says so, before `open()` has answered. */
  const hasty = (said: string): Transport => ({
    ...websocket,
    name: 'hasty',
    open(_request, sink) {
      const sent: Frame[] = []
      sink.opened()
      sink.text(said)
      return {
        send(text) {
          sent.push(text)
          return true
        },
        close() {},
      }
    },
  })

  test('may speak before it is there', async () => {
    const { wire, settle, ids, told } = start({
      transports: [hasty(hello('e-0') + block('n', 1, 'e-1'))],
    })
    await settle()
    expect(ids()).toEqual(['e-1'])
    expect(told('open')).toMatchObject([{ transport: 'hasty' }])
    expect(wire.connection).toMatchObject({ state: 'open', transport: 'hasty' })
  })

  test('may be used for sends all the same', async () => {
    const { wire, settle } = start({ transports: [hasty('x')], protocol: plain() })
    const sent = wire.send('chat', 1)
    await settle()
    expect(await sent).toBeUndefined()
  })

  test('that fails before it is there is let go', async () => {
    let closed = 0
    const { wire, settle } = start({
      transports: [
        {
          ...websocket,
          open(_request, sink) {
            sink.closed({ reason: 'network' })
            return { close: () => void closed++ }
          },
        },
      ],
    })

    await settle()
    expect(wire.connection.state).toBe('waiting')
    expect(closed).toBe(1)
  })

  test('gets its URL by its name', async () => {
    const urls: string[] = []
    const { settle } = start({
      url: ({ transport }) => ({ [transport]: `/for-${transport}` }),
      transports: [
        {
          ...websocket,
          name: 'carrier',
          open({ target: { url } }) {
            urls.push(new URL(url).href.split('?')[0] ?? '')
            return { close() {} }
          },
        },
      ],
    })

    await settle()
    expect(urls).toEqual(['https://page.example/for-carrier'])
  })
})

/** Open, with a message that is not answered. */
async function startLate(protocol: Protocol) {
  const started = await startOpen({ protocol })
  const sent = started.wire.send('chat', 1)
  return { ...started, outcomeOfSend: () => outcomeOf(sent) }
}

describe("a protocol of one's own", () => {
  test('is not heard after the end of its connection', async () => {
    let said: Receiver | undefined
    const late: Protocol = {
      ...steadywire,
      read(receiver, request) {
        said = receiver
        return steadywire.read(receiver, request)
      },
    }
    const { wire, socket, ids, told, outcomeOfSend } = await startLate(late)
    socket.end()
    const states = told('state').length

    said?.event({ id: 'e-9', type: 'n', data: '9' })
    said?.ping('e-9')
    said?.reset()
    said?.ack({ seq: 1 })
    said?.closed({ reason: 'server-close', final: true })
    expect(ids()).toEqual([])
    expect(wire.connection.lastEventId).toBe('h0')
    expect(await outcomeOfSend()).toBe('pending')
    expect(told('state')).toHaveLength(states)
  })

  test('adds its query, and formats its messages', async () => {
    const { wire, sockets } = start({
      transports: [websocket],
      protocol: {
        ...steadywire,
        query: ({ transport, clientId, isFirst, count }) => ({
          v: '2',
          transport,
          id: clientId && 'id',
          first: `${isFirst}`,
          count: `${count}`,
          no: undefined,
        }),
        format: (seq, type, data) => `${seq} ${type} ${data}`,
      },
    })
    const socket = await sockets.next()

    expect(Object.fromEntries(socket.url.searchParams)).toEqual({
      v: '2',
      transport: 'websocket',
      id: 'id',
      first: 'true',
      count: '1',
    })

    socket.accept(hello())
    wire.send('chat', 5)
    expect(socket.sent).toEqual(['1 chat 5'])
  })

  test('that throws while it formats rejects that message alone', async () => {
    let mistakes = 1
    const { wire, sockets } = start({
      transports: [websocket],
      protocol: {
        ...steadywire,
        format(seq, type, data) {
          if (mistakes-- > 0) throw new Error('in format')
          return steadywire.format(seq, type, data)
        },
      },
    })
    const socket = await sockets.next()

    socket.accept(hello())
    await expect(wire.send('chat', 1)).rejects.toMatchObject({ name: 'SteadywireError' })

    wire.send('chat', 2)
    expect(socket.sent).toHaveLength(1)
  })
})
