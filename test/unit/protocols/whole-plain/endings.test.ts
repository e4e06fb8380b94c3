// How a stream ends: by an event, or by a close code whose meaning the application knows.
import { describe, expect, test } from 'vitest'
import { eventsource, text, websocket } from '../../../../src/index.ts'
import { begin, beginOpen, ENVELOPE } from './begin.ts'

describe('an event that is the end', () => {
  const end = ({ data }: { readonly data: string }) => data === '[DONE]'

  test('ends the wire, and is not delivered, nor what comes after it', async () => {
    const { socket, heard, ended, told } = await beginOpen({ end })
    socket.receive('1', '[DONE]', '2')
    expect(await ended()).toEqual({ reason: 'final' })
    expect(heard).toEqual([['message', 1]])
    expect(told('error')).toEqual([])
    expect(socket.closed).toBe(true)
  })

  test('is seen over an EventSource, whoever listens', async () => {
    const { sources, ended } = begin({ end }, { transports: [eventsource], types: ['price'] })
    ;(await sources.next()).accept('data: 1\n\ndata: [DONE]\n\n')
    expect(await ended()).toEqual({ reason: 'final' })
  })

  test('is looked at as it was unpacked', async () => {
    const seen: unknown[] = []
    const { socket, ended } = await beginOpen({
      envelope: ENVELOPE,
      end: (event) => {
        seen.push(event)
        return event.type === 'done'
      },
    })

    socket.receive('{"type":"price","data":1,"id":"e-1"}', '{"type":"done"}')
    expect(await ended()).toEqual({ reason: 'final' })
    expect(seen).toEqual([
      { type: 'price', data: '1', id: 'e-1' },
      { type: 'done', data: '', id: '' },
    ])
  })

  test('is none where the function throws: that is reported, and the event is delivered', async () => {
    const problem = new Error('mine')
    const { socket, heard, reported, wire } = await beginOpen({
      end: () => {
        throw problem
      },
    })
    socket.receive('1')
    expect(heard).toEqual([['message', 1]])
    expect(reported).toEqual([problem])
    expect(wire.connection.state).toBe('open')
  })
})

describe('a close code', () => {
  const closeCodes = { 4000: 'end', 4001: 'unauthorized', 4002: 'failed', 4400: 'retry' } as const

  test('may be the end', async () => {
    const { socket, ended } = await beginOpen({ closeCodes })
    socket.end(4000, 'bye')
    expect(await ended()).toEqual({ reason: 'final' })
  })

  test('may ask for another URL, and then for another user', async () => {
    const reasons: string[] = []
    const url = ({ reason }: { readonly reason: string }) => {
      reasons.push(reason)
      return '/live'
    }

    const { sockets, ended } = begin({ closeCodes }, { url })
    for (let count = 0; count < 2; count++) {
      const socket = await sockets.soon()
      socket.open()
      socket.end(4001, 'token expired')
    }
    expect(await ended()).toMatchObject({
      reason: 'failed',
      error: {
        code: 'unauthorized',
        cause: { reason: 'close-code', closeCode: 4001, detail: '4001 token expired' },
      },
    })
    expect(reasons).toEqual(['connect', 'unauthorized'])
  })

  test('may refuse permanently', async () => {
    const { socket, ended } = await beginOpen({ closeCodes })
    socket.end(4002)
    expect(await ended()).toMatchObject({ reason: 'failed', error: { code: 'failed' } })
  })

  test('may be passing, where it is not by itself', async () => {
    const { socket, sockets, told } = await beginOpen({ closeCodes })
    socket.end(4400)
    expect(told('retry')).toMatchObject([{ cause: { closeCode: 4400 } }])
    await sockets.soon()

    const usual = await beginOpen()
    usual.socket.end(4400)
    expect(await usual.ended()).toMatchObject({ reason: 'failed' })
  })

  test('that is not named means what it usually does', async () => {
    const { socket, told } = await beginOpen({ closeCodes })
    socket.end(1000)
    expect(told('retry')).toMatchObject([{ cause: { reason: 'close-code', closeCode: 1000 } }])
    expect(told('retry')[0]?.cause).not.toHaveProperty('status')
  })
})

describe('codecs by transport', () => {
  const codecs = { eventsource: text }

  test('decode what comes over that one, and the wire’s own what comes over others', async () => {
    const { sockets, sources, heard, advance } = begin(
      { codecs },
      { transports: [websocket, eventsource] },
    )

    const socket = await sockets.next()
    socket.accept('{"n":1}')
    socket.end()
    await advance(5000)
    ;(await sockets.soon()).end()
    const source = await sources.soon()
    source.accept('data: not JSON\n\n')
    expect(heard).toEqual([
      ['message', { n: 1 }],
      ['message', 'not JSON'],
    ])
  })

  test('that throw: an error', async () => {
    const decode = () => {
      throw new Error('mine')
    }
    const { socket, told } = await beginOpen({ codecs: { websocket: { decode } } })
    socket.receive('1')
    expect(told('error')).toMatchObject([{ code: 'codec' }])
  })
})
