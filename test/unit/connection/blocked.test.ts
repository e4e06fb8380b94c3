// What a Content Security Policy or a blocker forbids: a WebSocket that is closed from its birth and fires no event.
import { describe, expect, test } from 'vitest'
import { websocket } from '../../../src/index.ts'
import { hello } from '../../support/dialogue.ts'
import { type StartOptions, start } from '../../support/fake-wire.ts'

const NO_WEBSOCKET: StartOptions = { world: { blocked: ['WebSocket'] } }

describe('a blocked WebSocket', () => {
  test('has ended at once, and the next transport joins', async () => {
    const { wire, sources, settle } = start(NO_WEBSOCKET)
    await settle()
    expect(wire.connection.attempts[0]).toMatchObject({
      transport: 'websocket',
      outcome: 'ended',
      reason: 'blocked',
      ms: 0,
    })
    expect(wire.connection.attempts[0]?.detail ?? '').not.toContain('no answer')
    ;(await sources.next()).accept(hello())
    expect(wire.connection).toMatchObject({ state: 'open', transport: 'eventsource' })
  })

  test('alone is tried again as what fails is', async () => {
    const { blocked, sockets, told, wire, advance, advanceUntil, settle } = start({
      ...NO_WEBSOCKET,
      transports: [websocket],
    })
    await settle()
    expect(told('retry')).toMatchObject([{ attempt: 1, cause: { reason: 'blocked' } }])
    await advance(1000)
    expect(told('retry')).toHaveLength(2)

    blocked.delete('WebSocket') // the blocker was switched off
    const { length } = sockets.all
    await advanceUntil(() => sockets.all.length > length, 30_000)
    sockets.all[length]?.accept(hello())
    expect(wire.connection.state).toBe('open')
  })

  test('in a probe leaves the stream alone', async () => {
    const { sources, wire, told, advance } = start(NO_WEBSOCKET)
    ;(await sources.next()).accept(hello('e-0', { heartbeatMs: 300_000 }))
    await advance(60_000)
    expect(
      wire.connection.attempts.filter(({ reason }) => reason === 'blocked').length,
    ).toBeGreaterThan(1)
    expect(wire.connection).toMatchObject({ state: 'open', transport: 'eventsource' })
    expect(told('error')).toEqual([])
  })

  test.each([
    [404, { reason: 'failed', error: { code: 'failed' } }],
    [401, { reason: 'failed', error: { code: 'unauthorized' } }],
    [204, { reason: 'final' }],
  ])('says nothing of the server: a poll answered %i decides', async (status, end) => {
    const { sources, polls, wire } = start(NO_WEBSOCKET)
    ;(await sources.next()).refuse()
    ;(await polls.next()).answer({ status, contentType: '' })
    expect(await wire.closed).toMatchObject(end)
  })
})

test('a handshake that fails is not taken for blocked', async () => {
  const { sockets, wire } = start()
  ;(await sockets.next()).end()
  expect(wire.connection.attempts[0]).toMatchObject({ reason: 'network' })
})

test('where all is blocked, the wire waits, and says what it saw of each', async () => {
  const { wire, settle } = start({
    world: { blocked: ['WebSocket', 'EventSource', 'XMLHttpRequest'] },
  })
  // One fails after the other, each in another task.
  for (let task = 0; task < 10; task++) await settle()
  expect(wire.connection.state).toBe('waiting')
  expect(wire.connection.attempts.map(({ reason }) => reason)).toEqual([
    'blocked',
    'refused',
    'network',
  ])
})
