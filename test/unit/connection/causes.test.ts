// What a cause means is in its status or close code, never in a sentence; what a server says is shown, and bounded.
import { describe, expect, test } from 'vitest'
import { type Cause, longpoll, type Transport, websocket } from '../../../src/index.ts'
import { hello } from '../../support/dialogue.ts'
import { start, startOpen, startPlain } from '../../support/fake-wire.ts'
import { prose } from '../../support/prose.ts'

/** A transport of the application's own that ends with this cause. */
function endWith(cause: Cause): Transport {
  return {
    ...longpoll,
    name: 'own',
    open(_request, sink) {
      Promise.resolve().then(() => sink.closed(cause))
      return { close() {} }
    },
  }
}

describe('a transport of the application that ends with', () => {
  test.each<[Partial<Cause>, string]>([
    [{ status: 401, detail: 'token expired' }, 'unauthorized'],
    [{ status: 403, detail: 'not yours' }, 'unauthorized'],
    [{ status: 401 }, 'unauthorized'],
    [{ status: 400, detail: 'see 403' }, 'failed'],
    [{ status: 410, detail: '401' }, 'failed'],
    [{ status: 404, detail: 'room 4403' }, 'failed'],
  ])('%j is %s', async (cause, code) => {
    const started = start({ transports: [endWith({ reason: 'status', ...cause })] })
    expect(await started.wire.closed).toMatchObject({ reason: 'failed', error: { code, cause } })
  })

  test.each<[Partial<Cause>, string]>([
    [{ closeCode: 4401, detail: 'token expired' }, 'unauthorized'],
    [{ closeCode: 4403, detail: 'not 4500' }, 'unauthorized'],
    [{ closeCode: 4400, detail: 'not 4401' }, 'failed'],
    [{ closeCode: 4500, detail: '403' }, 'failed'],
  ])('%j is %s', async (cause, code) => {
    const started = start({ transports: [endWith({ reason: 'close-code', ...cause })] })
    expect(await started.wire.closed).toMatchObject({ reason: 'failed', error: { code, cause } })
  })

  test.each<Partial<Cause>>([
    { status: 503, detail: '401' },
    { detail: 'status 403' },
    { closeCode: 1011, detail: 'close-code 4401' },
  ])('%j is tried again', async (cause) => {
    const { wire, settle } = start({ transports: [endWith({ reason: 'network', ...cause })] })
    await settle()
    expect(wire.connection.state).toBe('waiting')
  })
})

describe("the reason of a WebSocket's close frame", () => {
  test('is in the cause of the wait, and in the record', async () => {
    const { socket, told, wire } = await startOpen()
    socket.end(4000, 'server is moving')
    expect(told('retry')).toMatchObject([
      { cause: { reason: 'close-code', closeCode: 4000, detail: 'server is moving' } },
    ])
    expect(wire.connection.attempts[0]).toMatchObject({
      closeCode: 4000,
      detail: 'server is moving',
    })
  })

  test('is in the error of a wire that was refused', async () => {
    const { wire, sockets } = start({ transports: [websocket] })
    const socket = await sockets.next()
    socket.open()
    socket.end(4404, 'no such room')
    const { error } = await wire.closed
    expect(error).toMatchObject({
      code: 'failed',
      cause: { closeCode: 4404, detail: 'no such room' },
    })
    expect(error?.message).toEqual(prose(/no such room/))
  })

  test.each(['401', '4401', 'see 403', '4404', '1008'])(
    'decides nothing: %s with 1011 is tried again',
    async (reason) => {
      const { socket, wire } = await startOpen()
      socket.end(1011, reason)
      expect(wire.connection.state).toBe('waiting')
    },
  )

  test.each(['ok', 'see 503', ''])(
    'decides nothing: %j with 4401 is unauthorized',
    async (reason) => {
      const { socket, wire } = await startOpen()
      socket.end(4401, reason)
      expect((await wire.closed).error).toMatchObject({ code: 'unauthorized' })
    },
  )

  test('of a server that says too much is cut', async () => {
    const { socket, told } = await startOpen()
    socket.end(4000, 'r'.repeat(100_000))
    const detail = told('retry')[0]?.cause.detail ?? ''
    expect(detail).toMatch(/^rrr/)
    expect(detail.length).toBeLessThanOrEqual(1000)
  })

  test('is there under plain too', async () => {
    const { sockets, told } = startPlain({ transports: [websocket] })
    const socket = await sockets.next()
    socket.open()
    socket.end(4000, 'kicked')
    expect(told('retry')).toMatchObject([{ cause: { closeCode: 4000, detail: 'kicked' } }])
  })

  test('is in the error of a message that was too large', async () => {
    const { wire, socket } = await startOpen()
    const sent = wire.send('chat', 1)
    socket.end(1009, 'at most 5 bytes')
    await expect(sent).rejects.toMatchObject({
      code: 'too-large',
      cause: { closeCode: 1009, detail: 'at most 5 bytes' },
    })
  })
})

describe('the body of a refused poll', () => {
  test('decides nothing', async () => {
    const { wire, polls } = start({ transports: [longpoll] })
    ;(await polls.next()).answer({ body: hello() })
    ;(await polls.next()).answer({ status: 503, contentType: 'text/plain', body: '401 4401' })
    expect(wire.connection.state).toBe('waiting')
  })
})
