// What a server says about when to come back: retryMs, sw:close, Retry-After.
import { describe, expect, test } from 'vitest'
import { longpoll } from '../../../src/index.ts'
import { block, closing, hello } from '../../support/dialogue.ts'
import { type Started, start, startOpen } from '../../support/fake-wire.ts'

describe('a hint of the server', () => {
  const delayAfter = async (
    act: (started: Started & { socket: Awaited<ReturnType<typeof startOpen>>['socket'] }) => void,
    random = 0.5,
  ) => {
    const started = await startOpen({}, hello('h0', { retryMs: 2000 }))
    started.chance.random = () => random
    await started.advance(9000)
    act(started)
    return started.told('retry')[0]?.delayMs
  }

  test.each([
    [20_000, 21_000],
    [100, 1500],
    [1e12, 301_000],
  ])(
    'reconnectMs %d is a floor, clamped, with a draw from the window on it',
    async (reconnectMs, delayMs) => {
      expect(await delayAfter(({ socket }) => socket.receive(closing({ reconnectMs })))).toBe(
        delayMs,
      )
    },
  )

  test.each(['x', -5, null, false])('reconnectMs %j is none', async (reconnectMs) => {
    expect(
      await delayAfter(({ socket }) =>
        socket.receive(closing({ reconnectMs: reconnectMs as number })),
      ),
    ).toBe(1000)
  })

  test('sw:close without one waits as after a loss, and tells the reason', async () => {
    const started = await startOpen()
    started.socket.receive(closing({ reason: 'deploy' }))
    expect(started.told('retry')).toMatchObject([
      { cause: { reason: 'server-close', detail: 'deploy' } },
    ])
    expect(started.socket.closed).toBe(true)
  })

  test('sw:close with a long reason tells the beginning of it', async () => {
    const started = await startOpen()
    started.socket.receive(closing({ reason: 'r'.repeat(100_000) }))
    expect(started.told('retry')).toMatchObject([{ cause: { detail: 'r'.repeat(200) } }])
  })

  test('sw:close without a reason tells none', async () => {
    const started = await startOpen()
    started.socket.receive(block('sw:close', {}))
    expect(started.told('retry')[0]?.cause).toMatchObject({ reason: 'server-close' })
    expect(started.told('retry')[0]?.cause.detail ?? '').toBe('')
  })

  test('retry: is a floor for all later waits', async () => {
    const started = await startOpen({}, hello('h0', { retryMs: 2000 }))
    started.chance.random = () => 0.5
    started.socket.receive('retry: 10000\n\n')
    await started.advance(9000)
    started.socket.end()
    expect(started.told('retry')).toMatchObject([{ delayMs: 11_000 }])
    await started.advance(11_000)
    ;(await started.sockets.next()).end()
    expect(started.told('retry').at(-1)).toMatchObject({ delayMs: 11_000 })
  })

  test('retry: 0 lifts it', async () => {
    expect(
      await delayAfter(({ socket }) => {
        socket.receive('retry: 10000\n\n', 'retry: 0\n\n')
        socket.end()
      }),
    ).toBe(1000)
  })

  test.each([
    ['7', 7500],
    ['0', 500],
    ['-3', 500],
    ['soon', 500],
    ['', 500],
    ['99999999', 300_500],
    ['Thu, 01 Jan 2026 00:00:20 GMT', 20_500],
    ['Wed, 31 Dec 2025 23:59:00 GMT', 500],
  ])('Retry-After: %s', async (value, delayMs) => {
    const { polls, told, chance } = start({ transports: [longpoll] })
    chance.random = () => 0.5
    ;(await polls.next()).answer({ status: 503, headers: { 'retry-after': value } })
    expect(told('retry')).toMatchObject([{ delayMs, cause: { status: 503 } }])
  })
})

test('a check that is told Retry-After is not repeated sooner', async () => {
  const { wire, polls, advance } = start({ transports: [longpoll] })
  ;(await polls.next()).answer({ body: hello('e-0', { heartbeatMs: 300_000 }) })
  await polls.next() // held
  wire.connection.reconnect()
  ;(await polls.next()).answer({ status: 503, headers: { 'retry-after': '120' } })
  await advance(100_000)
  expect(await polls.left()).toBe(0)
})
