// Event types that nobody listens to any more: they are forgotten, and a native EventSource's listeners with them.
import { describe, expect, test } from 'vitest'
import type { Wire } from '../../../src/index.ts'
import { eventsource } from '../../../src/index.ts'
import { block, hello, ping, resumed } from '../../support/dialogue.ts'
import { type Data, start } from '../../support/fake-wire.ts'

async function openEventSource() {
  const started = start({ transports: [eventsource] })
  const source = await started.sources.next()
  source.accept(hello('e-0'))
  /** Types that the browser is asked for. */
  const bound = () => [...source.listeners.keys()]
  return { ...started, source, bound }
}

function ignore(): void {}

/** Each way in which the last listener of a type may go. */
const WAYS: readonly [string, (wire: Wire<Data, Data>, receive: () => void) => void][] = [
  ['what on() returned', (wire) => wire.on('a', ignore)()],
  [
    'off()',
    (wire) => {
      wire.on('a', ignore)
      wire.off('a', ignore)
    },
  ],
  [
    'its signal',
    (wire) => {
      const abort = new AbortController()
      wire.on('a', ignore, { signal: abort.signal })
      abort.abort()
    },
  ],
  [
    'once()',
    (wire, receive) => {
      wire.once('a', ignore)
      receive()
    },
  ],
  [
    'the option once',
    (wire, receive) => {
      wire.on('a', ignore, { once: true })
      receive()
    },
  ],
]

describe('a type whose last listener went', () => {
  test.each(WAYS)('by %s is no longer asked for', async (_, use) => {
    const { wire, source, bound } = await openEventSource()
    const before = bound()
    use(wire, () => source.receive(block('a', 1, 'e-1')))
    expect(bound().sort()).toEqual(before.sort())
  })

  test('is asked for as long as another one listens', async () => {
    const { wire, source, bound } = await openEventSource()
    const got: unknown[] = []
    const unbind = wire.on('a', ignore)
    wire.on('a', (data) => got.push(data))
    unbind()
    source.receive(block('a', 1, 'e-1'))
    expect(bound()).toContain('a')
    expect(got).toEqual([1])
  })

  test('is asked for again by the next one, whose listener gets each event once', async () => {
    const { wire, source } = await openEventSource()
    const got: unknown[] = []
    for (let time = 0; time < 3; time++) wire.on('a', ignore)()
    wire.on('a', (data) => got.push(data))
    source.receive(block('a', 1, 'e-1'), block('a', 2, 'e-2'))
    expect(got).toEqual([1, 2])
    expect(source.listeners.get('a')?.size).toBe(1)
  })

  test('within its own event is asked for again where that binds it anew', async () => {
    const { wire, source } = await openEventSource()
    const got: unknown[] = []
    wire.once('a', () => wire.on('a', (data) => got.push(data)))
    source.receive(block('a', 1, 'e-1'), block('a', 2, 'e-2'))
    expect(got).toEqual([2])
  })

  test('before a connection was made is not asked for by it', async () => {
    const { wire, sources } = start({ transports: [eventsource] })
    wire.on('a', ignore)()
    const source = await sources.next()
    expect(source.listeners.has('a')).toBe(false)
  })

  test('is asked for no more by a candidate either', async () => {
    const { wire, sources, source } = await openEventSource()
    wire.once('a', ignore)
    wire.connection.reconnect()
    const candidate = await sources.next()
    expect(candidate.listeners.has('a')).toBe(true)
    source.receive(block('a', 1, 'e-1'))
    expect(candidate.listeners.has('a')).toBe(false)
  })
})

describe('what the client itself listens to', () => {
  test('stays when a listener of the application for it goes', async () => {
    const { wire, source, sources, advance } = await openEventSource()
    for (const type of ['open', 'error', 'message', 'sw:ping', 'sw:close']) wire.on(type, ignore)()
    for (let count = 0; count < 3; count++) {
      await advance(20_000)
      source.receive(ping())
    }
    expect(wire.connection.state).toBe('open')
    source.fail()
    expect(wire.connection.state).toBe('waiting')
    expect((await sources.soon()).listeners.has('sw:hello')).toBe(true)
  })
})

test('a hundred thousand types, each for one event, leave nothing behind', async () => {
  const { wire, source, sources, bound } = await openEventSource()
  const before = bound()
  let got = 0
  const types = Array.from({ length: 100_000 }, (_, n) => `reply-${n}`)
  for (const type of types) wire.once(type, () => got++)
  for (const [n, type] of types.entries()) source.receive(block(type, n, `e-${n + 1}`))
  expect(got).toBe(types.length)
  expect(bound().sort()).toEqual(before.sort())

  source.fail()
  const second = await sources.soon()
  second.accept(resumed('e-100000'))
  expect(second.listeners.size).toBeLessThanOrEqual(before.length)
})
