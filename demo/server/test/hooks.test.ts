// The application's own functions, where they throw, reject or return nonsense: a refusal, and never the end of the process.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { OriginRule, SteadywireServerOptions, Verdict } from '../index.ts'
import { watchAccidents } from './support/accidents.ts'
import { formatMessage, readAcks } from './support/blocks.ts'
import { ofKind, startServer } from './support/running-server.ts'
import { ask, openStream, openWebSocket, post, withQuery } from './support/streams.ts'

const FRIEND = 'https://app.example'
const BROKEN = new Error('broken')

function fail(): never {
  throw BROKEN
}

/** A function that returns what the types forbid. */
function nonsense(json: string) {
  return () => JSON.parse(json)
}

/** The status of a refused handshake, or `open`. */
function handshake(url: string, origin: string): Promise<number | string> {
  const socket = new WebSocket(url.replace('http', 'ws'), { origin })
  return new Promise((resolve) => {
    socket.on('error', (error) => resolve(error.message))
    socket.on('open', () => {
      resolve('open')
      socket.terminate()
    })
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
  })
}

async function start(options: SteadywireServerOptions) {
  const accidents = watchAccidents()
  const running = await startServer(options)
  const statusOf = async (origin?: string) => {
    const headers: Record<string, string> = origin === undefined ? {} : { Origin: origin }
    return (await ask(withQuery(running.url, { wait: '0' }), { headers })).status
  }

  return {
    running,
    statusOf,
    /** That nothing happened which would have ended the process, and that it can end in order. */
    async expectAlive() {
      expect(await accidents()).toEqual([])
      await running.server.closeAll({ reason: 'deploy' })
      expect(running.server.connections.size).toBe(0)
    },
  }
}

describe('allowedOrigins', () => {
  test.each<[string, OriginRule]>([
    ['throws', fail],
    ['rejects', () => Promise.reject(BROKEN)],
  ])('that %s is a 503, for requests and handshakes', async (_, allowedOrigins) => {
    const { running, statusOf, expectAlive } = await start({ allowedOrigins })
    expect(await statusOf(FRIEND)).toBe(503)
    expect(await handshake(running.url, FRIEND)).toBe(503)
    const errors = running.observations.all.filter(ofKind('error'))
    expect(errors.map(({ error }) => error)).toEqual([BROKEN, BROKEN])
    expect(await statusOf()).toBe(200)
    await expectAlive()
  })

  test.each([true, false])('may take its time to say %s', async (isAllowed) => {
    const { running, statusOf, expectAlive } = await start({
      allowedOrigins: async () => isAllowed,
    })
    expect(await statusOf(FRIEND)).toBe(isAllowed ? 200 : 403)
    expect(await handshake(running.url, FRIEND)).toBe(isAllowed ? 'open' : 403)
    await expectAlive()
  })

  test('allows by true alone', async () => {
    const { running, statusOf, expectAlive } = await start({ allowedOrigins: nonsense('"no"') })
    expect(await statusOf(FRIEND)).toBe(403)
    expect(await handshake(running.url, FRIEND)).toBe(403)
    await expectAlive()
  })
})

describe('authorize', () => {
  test.each<[string, () => Verdict | Promise<Verdict>]>([
    ['throws', fail],
    ['rejects', () => Promise.reject(BROKEN)],
    ['returns nothing', nonsense('null')],
    ['refuses with a status below 400', () => ({ status: 99 })],
    ['refuses with a status above 599', () => ({ status: 600 })],
    ['refuses with a status that is no whole number', () => ({ status: 404.5 })],
    ['refuses with a status that is no number', nonsense('{"status":"Forbidden"}')],
    ['refuses until no time', () => ({ status: 429, retryAfterMs: Number.NaN })],
    ['refuses until the past', () => ({ status: 429, retryAfterMs: -1 })],
    ['refuses for ever', () => ({ status: 429, retryAfterMs: Number.POSITIVE_INFINITY })],
  ])('that %s is a 503, on a WebSocket 1013, and is observed', async (_, authorize) => {
    const { running, statusOf, expectAlive } = await start({ authorize })
    expect(await statusOf()).toBe(503)
    expect((await openWebSocket(running.url).closed).code).toBe(1013)
    expect(running.observations.all.filter(ofKind('error'))).toHaveLength(2)
    await expectAlive()
  })
})

describe('observe', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  test.each<[string, () => unknown]>([
    ['throws', fail],
    ['rejects', async () => fail()],
  ])('that %s disturbs no connection, and causes one warning', async (_, observe) => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const { running, statusOf, expectAlive } = await start({ observe, onMessage: () => 'done' })
    for (const transport of ['websocket', 'eventsource', 'longpoll'] as const) {
      const stream = await openStream(transport, running.url)
      await running.server.publish('news', transport)
      expect((await stream.blocks.nextThat(({ type }) => type === 'news')).data).toBe(transport)
      stream.close()
      await stream.ended
    }
    const acks = readAcks((await post(running.url, 'c', formatMessage(1, 'a', ''))).text)

    expect(acks).toEqual([{ seq: 1, reply: 'done' }])
    expect(await statusOf(FRIEND)).toBe(403)
    await expectAlive()
    expect(warn.mock.calls).toEqual([[expect.stringContaining('broken')]])
  })
})
