// Where there is no page, as on a server that renders one: a wire that does nothing, and does no harm.
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { connect } from '../../../src/index.ts'
import { codeOf, type StartOptions, start } from '../../support/fake-wire.ts'

const NO_PAGE: StartOptions = { world: { without: ['addEventListener', 'removeEventListener'] } }

describe('a wire without a page', () => {
  test('stays connecting, opens nothing and says nothing', async () => {
    const { wire, world, log, advance } = start(NO_PAGE)
    await advance(3_600_000)
    expect(wire.connection).toMatchObject({ state: 'connecting', transport: undefined })
    expect(wire.connection.attempts).toEqual([])
    expect([world.sockets, world.sources, world.polls].map(({ all }) => all.length)).toEqual([
      0, 0, 0,
    ])
    expect(log).toEqual([])
    expect(world.alive()).toEqual([])
  })

  test('takes a relative URL, and one that is asked for: nothing is looked up', async () => {
    const url = vi.fn(() => '/live')
    for (const source of ['/live', url]) {
      const { wire, advance } = start({
        ...NO_PAGE,
        url: source,
        world: { without: ['addEventListener', 'location', 'document', 'WebSocket'] },
      })
      await advance(1000)
      expect(wire.connection.state).toBe('connecting')
    }
    expect(url).not.toHaveBeenCalled()
  })

  test('may be used as any other: reconnect() and restart() do nothing', async () => {
    const { wire, world, advance } = start(NO_PAGE)
    wire.connection.reconnect()
    wire.connection.restart({ lastEventId: 'e-1' })
    const unbind = wire.on('n', () => {})
    unbind()
    await advance(1000)
    expect(wire.connection.state).toBe('connecting')
    expect(world.alive()).toEqual([])
  })

  test('is closed as any other, and its messages with it', async () => {
    const { wire, world, told } = start(NO_PAGE)
    const sent = codeOf(wire.send('chat', 1))
    wire.close()
    expect(await wire.closed).toEqual({ reason: 'closed' })
    expect(await sent).toBe('closed')
    expect(told('close')).toEqual([{ reason: 'closed' }])
    expect(world.alive()).toEqual([])
  })

  test('is closed by its signal', async () => {
    const abort = new AbortController()
    const { wire } = start({ ...NO_PAGE, signal: abort.signal })
    abort.abort()
    expect(await wire.closed).toEqual({ reason: 'aborted' })

    const other = start({ ...NO_PAGE, signal: abort.signal })
    expect(await other.wire.closed).toEqual({ reason: 'aborted' })
  })

  if (__DEV__) {
    test('still refuses options that are none', () => {
      const misspelt: object = { attemptDelay: 5 }
      expect(() => start({ ...NO_PAGE, ...misspelt })).toThrow(/attemptDelay/)
    })
  }
})

test('a server that renders may call connect() without any option', async () => {
  const opened = vi.fn()
  vi.stubGlobal('WebSocket', opened)
  onTestFinished(() => void vi.unstubAllGlobals())
  const wire = connect('/live')
  await new Promise((resolve) => setImmediate(resolve))
  expect(wire.connection.state).toBe('connecting')
  expect(opened).not.toHaveBeenCalled()
  wire.close()
  expect(await wire.closed).toEqual({ reason: 'closed' })
})
