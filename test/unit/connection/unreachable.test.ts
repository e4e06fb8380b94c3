// A wire to which nothing answers says so: at its first race in which all failed, then once a minute at most.
import { describe, expect, test } from 'vitest'
import { longpoll, type SteadywireError, websocket } from '../../../src/index.ts'
import { hello } from '../../support/dialogue.ts'
import { type Started, start, startOpen } from '../../support/fake-wire.ts'

const MINUTE_MS = 60_000

/** Every transport of one race fails. */
async function failRace({ sockets, sources, polls }: Started): Promise<void> {
  ;(await sockets.soon()).end()
  ;(await sources.soon()).fail()
  ;(await polls.soon()).fail()
}

const unreachable = ({ told }: Started) =>
  told('error').filter(({ code }) => code === 'unreachable')

describe('the first race in which all failed', () => {
  test('is an error that may pass, with the reason as its cause', async () => {
    const started = start()
    await failRace(started)
    expect(started.told('error')).toMatchObject([
      { name: 'SteadywireError', code: 'unreachable', retryable: true },
    ])
    expect(started.told('error')[0]?.cause).toMatchObject({ reason: 'network' })
    expect(started.wire.connection.state).toBe('waiting')
  })

  test('gives the status that was seen', async () => {
    const started = start({ transports: [longpoll] })
    ;(await started.polls.next()).answer({ status: 503 })
    expect(unreachable(started)).toMatchObject([{ cause: { reason: 'status', status: 503 } }])
  })

  test('is so for one transport alone, and for one that nobody answers', async () => {
    const started = start({ transports: [websocket] })
    await started.advance(9999)
    expect(started.told('error')).toEqual([])
    await started.advance(1)
    expect(unreachable(started)).toMatchObject([{ cause: { reason: 'timeout' } }])
  })

  test('never shows a URL', async () => {
    const started = start({ url: 'https://live.example/stream?ticket=SECRET' })
    await failRace(started)
    const [error] = unreachable(started)
    expect(`${error} ${JSON.stringify(error)}`).not.toMatch(/SECRET|live\.example/)
  })

  test('is no further error where the wire ends by it', async () => {
    const { sockets, sources, polls, told, wire } = start()
    ;(await sockets.next()).end()
    ;(await sources.next()).fail()
    ;(await polls.next()).answer({ status: 404 })
    await wire.closed
    expect(told('error').map(({ code }) => code)).toEqual(['failed'])
  })
})

describe('later races that fail', () => {
  test('say it once a minute at most, and go on saying it', async () => {
    const started = start({ minDelayMs: 100, maxDelayMs: 100, transports: [websocket] })
    const { wire, clock, sockets, advance } = started
    const times: number[] = []
    wire.connection.on('error', () => times.push(clock.performance.now()))
    for (let step = 0; step < 3000; step++) {
      while (await sockets.left()) (await sockets.next()).end()
      await advance(100)
    }

    expect(times.length).toBeGreaterThanOrEqual(3)
    const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0))
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(MINUTE_MS)
  })
})

describe('no such error', () => {
  const unheard: readonly [string, () => Promise<Started>][] = [
    [
      'where one of a race is proven',
      async () => {
        const started = start()
        ;(await started.sockets.next()).end()
        ;(await started.sources.next()).accept(hello())
        return started
      },
    ],
    [
      'where a connection is lost that was open',
      async () => {
        const started = await startOpen()
        started.socket.end()
        return started
      },
    ],
    [
      'where a probe fails',
      async () => {
        const started = start()
        ;(await started.sockets.next()).end()
        ;(await started.sources.next()).accept(hello('e-0', { heartbeatMs: 300_000 }))
        await started.advance(5000)
        ;(await started.sockets.next()).end()
        return started
      },
    ],
    [
      'where the wire is closed while it connects',
      async () => {
        const started = start()
        await started.advance(1000)
        started.wire.close()
        return started
      },
    ],
  ]

  test.each(unheard)('comes %s', async (_, happen) => {
    const { told } = await happen()
    expect(told('error')).toEqual([])
  })
})

test('the race after a loss that fails is one, too', async () => {
  const started = await startOpen()
  started.socket.end()
  ;(await started.sockets.soon()).end()
  expect(unreachable(started)).toHaveLength(1)
})

test('a listener that comes late finds it at the connection', async () => {
  const { sockets, wire, settle } = start({ transports: [websocket] })
  ;(await sockets.next()).end()
  await settle()
  const error: SteadywireError | undefined = wire.connection.error
  expect(error).toMatchObject({ code: 'unreachable', cause: { reason: 'network' } })
})
