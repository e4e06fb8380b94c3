// Headers that are refused: a function is asked once more, and once only by all that were refused together.
import { describe, expect, test } from 'vitest'
import { longpoll, type UrlRequest, websocket } from '../../../src/index.ts'
import { fetchstream } from '../../../src/transports/fetchstream.ts'
import { hello } from '../../support/dialogue.ts'
import { type StartOptions, start } from '../../support/fake-wire.ts'

/** A function that notes what it was asked. */
function noteRequests() {
  const requests: string[] = []
  const headers = ({ transport, reason }: UrlRequest) => {
    requests.push(`${transport} ${reason}`)
    return { authorization: `Bearer ${requests.length}` }
  }
  const refreshes = () => requests.filter((request) => request.endsWith('unauthorized'))
  return { requests, headers, refreshes }
}

const STATUSES = [401, 403]

describe.each(STATUSES)('a stream that is refused with %i', (status) => {
  async function refuse(options: StartOptions, times = 1) {
    const started = start({ transports: [fetchstream()], ...options })
    for (let count = 0; count < times; count++) {
      const request = await started.fetches.soon()
      request.answer({ status, body: 'no' })
      await started.settle()
    }
    return started
  }

  test('asks a function once more, and says why', async () => {
    const { headers, requests } = noteRequests()
    const { wire, fetches, settle } = await refuse({ headers })
    expect(wire.connection.state).toBe('waiting')
    const second = await fetches.soon()
    expect(second.headers.authorization).toBe('Bearer 2')
    expect(requests).toEqual(['fetchstream connect', 'fetchstream unauthorized'])
    second.stream()
    second.push(hello('e-0'))
    await settle()
    expect(wire.connection.state).toBe('open')
  })

  test('again has failed', async () => {
    const { headers, requests } = noteRequests()
    const { wire, told, alive } = await refuse({ headers }, 2)
    expect(wire.connection.state).toBe('closed')
    expect(await wire.closed).toMatchObject({
      reason: 'failed',
      error: { code: 'unauthorized', cause: { status } },
    })
    expect(requests).toHaveLength(2)
    expect(told('retry')).toHaveLength(1)
    expect(alive()).toEqual([])
  })

  test.each([{ headers: { authorization: 'Bearer a' } }, {}])(
    'has failed at once where the headers are fixed: %o',
    async (options) => {
      const { wire, told } = await refuse(options)
      expect(await wire.closed).toMatchObject({ error: { code: 'unauthorized' } })
      expect(told('retry')).toEqual([])
    },
  )

  test('is asked again with fixed headers where the URL is asked for', async () => {
    const { headers: url, requests } = noteRequests()
    const { wire, fetches } = await refuse({
      url: (request) => {
        url(request)
        return '/live'
      },
      headers: { authorization: 'Bearer a' },
    })
    expect(wire.connection.state).toBe('waiting')
    await fetches.soon()
    expect(requests).toEqual(['fetchstream connect', 'fetchstream unauthorized'])
  })
})

describe('several that were refused together', () => {
  /** All are refused; then the next race runs in full. */
  async function refuseRace(options: StartOptions) {
    const started = start({ transports: [websocket, fetchstream(), longpoll], ...options })
    const { sockets, fetches, polls, advance, settle } = started
    await advance(1100)
    const socket = await sockets.next()
    socket.open()
    socket.end(4401)
    ;(await fetches.next()).answer({ status: 401 })
    ;(await polls.next()).answer({ status: 401 })
    await settle()
    expect(started.wire.connection.state).toBe('waiting')
    await advance(5000)
    await sockets.next()
    return { ...started, stream: await fetches.next(), poll: await polls.next() }
  }

  test('ask for one fresh set of headers, whoever of them carries none', async () => {
    const { headers, refreshes } = noteRequests()
    const { stream, poll } = await refuseRace({ headers })
    expect(refreshes()).toHaveLength(1)
    expect([stream, poll].map((one) => one.headers.authorization)).toEqual(['Bearer 3', 'Bearer 4'])
  })

  test('ask for one fresh URL, and one fresh set of headers', async () => {
    const { headers, refreshes } = noteRequests()
    const { headers: ask, refreshes: fresh } = noteRequests()
    const url = (request: UrlRequest) => {
      ask(request)
      return '/live'
    }
    await refuseRace({ headers, url })
    expect(refreshes()).toHaveLength(1)
    expect(fresh()).toHaveLength(1)
  })

  test('ask one after another: the second waits for the fresh one', async () => {
    let give: (headers: Record<string, string>) => void = () => {}
    const requests: string[] = []
    const started = start({
      transports: [fetchstream(), longpoll],
      headers: ({ transport, reason }) => {
        requests.push(`${transport} ${reason}`)
        if (reason !== 'unauthorized') return {}
        return new Promise((resolve) => {
          give = resolve
        })
      },
    })

    const { fetches, polls, advance, settle } = started
    await advance(600)
    ;(await fetches.next()).answer({ status: 401 })
    ;(await polls.next()).answer({ status: 401 })
    await advance(5000)
    expect(requests.slice(2)).toEqual(['fetchstream unauthorized'])
    give({})
    await settle()
    await settle()
    expect(requests.slice(3)).toEqual(['longpoll reconnect'])
  })
})
