// The options of connect(): each bad one by name, `undefined` for the default.
import { describe, expect, test } from 'vitest'
import { connect as connectCore, json, steadywire } from '../../src/core.ts'
import { connect, type Options, websocket } from '../../src/index.ts'
import { createFakeEnvironment } from '../support/fake-environment.ts'
import { start } from '../support/fake-wire.ts'

const given = (options: Record<string, unknown>) => () =>
  connect('/live', { environment: createFakeEnvironment().environment, ...(options as Options) })

const durations = [
  'attemptDelayMs',
  'connectTimeoutMs',
  'minDelayMs',
  'maxDelayMs',
  'stableMs',
  'ackTimeoutMs',
]
const sizes = ['maxMessages', 'maxBufferedBytes', 'maxEventBytes']
const words = ['lastEventId', 'cursorParam']
const parts = ['transports', 'protocol', 'codec', 'negotiation', 'signal', 'storage']
const functions = ['outbox', 'pageLifecycle', 'slicing', 'winnerMemory']
const all = [
  ...durations,
  ...sizes,
  ...words,
  ...parts,
  ...functions,
  'withCredentials',
  'environment',
]

/** Rejected with the option's name in the message. */
const bad = (name: string) =>
  expect.objectContaining({ code: 'bad-option', message: expect.stringContaining(name) })

const symbol = Symbol('s')

describe('a bad option throws at once and is named', () => {
  test.each([...durations, ...sizes])('%s', (name) => {
    for (const value of [
      -1,
      Number.NaN,
      Infinity,
      -Infinity,
      '5',
      true,
      null,
      {},
      [],
      symbol,
      5n,
      () => 5,
    ]) {
      expect(given({ [name]: value }), String(value)).toThrow(bad(name))
    }
  })

  test.each(words)('%s', (name) => {
    for (const value of [5, true, null, {}, [], symbol, () => '']) {
      expect(given({ [name]: value }), String(value)).toThrow(bad(name))
    }
  })

  test('withCredentials', () => {
    for (const value of [0, 1, 'true', null, {}, symbol]) {
      expect(given({ withCredentials: value }), String(value)).toThrow(bad('withCredentials'))
    }
  })

  test.each(parts)('%s', (name) => {
    for (const value of [5, 'x', true, symbol, () => {}]) {
      expect(given({ [name]: value }), String(value)).toThrow(bad(name))
    }
    const none = given({ [name]: null })
    if (name === 'storage') expect(none).not.toThrow()
    else expect(none).toThrow(bad(name))
  })

  test.each(functions)('%s', (name) => {
    for (const value of [5, 'x', true, null, {}, symbol]) {
      expect(given({ [name]: value }), String(value)).toThrow(bad(name))
    }
  })

  test('environment', () => {
    for (const environment of [5, 'x', true]) {
      expect(() => connect('/live', { environment } as unknown as Options)).toThrow(
        bad('environment'),
      )
    }
  })

  test('an unknown one', () => {
    for (const name of [
      'transport',
      'timeout',
      'minDelay',
      'MINDELAYMS',
      '',
      'constructor',
      'toString',
      'hasOwnProperty',
    ]) {
      expect(given({ [name]: 5 }), name).toThrow(bad(name))
    }
  })

  test('an unknown one, also with undefined: a typo is a typo', () => {
    expect(given({ attemptDelay: undefined })).toThrow(bad('attemptDelay'))
  })

  test('nothing is begun', async () => {
    const { environment, alive, settle } = createFakeEnvironment()
    expect(() => connect('/live', { environment, stableMs: -1 })).toThrow()
    await settle()
    expect(alive()).toEqual([])
  })
})

describe('what must be there', () => {
  test.each(['transports', 'protocol', 'codec'])('%s is missing in core', (name) => {
    const options = {
      transports: [websocket],
      protocol: steadywire,
      codec: json,
      [name]: undefined,
    }
    const { environment } = createFakeEnvironment()
    expect(() =>
      connectCore('/live', { environment, ...options } as Parameters<typeof connectCore>[1]),
    ).toThrow(
      expect.objectContaining({ name: 'SteadywireError', message: expect.stringContaining(name) }),
    )
  })
})

describe('undefined', () => {
  test.each(all)('stands for the default: %s', (name) => {
    const { environment } = createFakeEnvironment()
    expect(
      given({ environment, ...(name === 'environment' ? {} : { [name]: undefined }) }),
    ).not.toThrow()
  })

  test('leaves the defaults as they are', async () => {
    const { sources, advance } = start({ attemptDelayMs: undefined as unknown as number })
    await advance(499)
    expect(await sources.left()).toBe(0)
    await advance(1)
    expect(await sources.left()).toBe(1)
  })
})

describe('a number may be', () => {
  test('1 message, and no less', () => {
    expect(given({ maxMessages: 1 })).not.toThrow()
    expect(given({ maxMessages: 0 })).toThrow(bad('maxMessages'))
  })

  test.each([...durations, 'maxBufferedBytes', 'maxEventBytes'])('0, or a fraction: %s', (name) => {
    expect(given({ [name]: 0 })).not.toThrow()
    expect(given({ [name]: 0.5 })).not.toThrow()
  })
})

test('withCredentials goes with EventSource, polls and POSTs, and is off by default', async () => {
  for (const withCredentials of [true, false, undefined]) {
    const { wire, sources, polls, posts, advance } = start({
      url: { eventsource: '/live', longpoll: '/live' },
      ...(withCredentials !== undefined && { withCredentials }),
    })
    await advance(500)
    const source = await sources.next()
    expect(source.withCredentials).toBe(withCredentials ?? false)
    expect((await polls.next()).withCredentials).toBe(withCredentials ?? false)
    source.accept('id: e-0\nevent: sw:hello\ndata: {"continuity":"fresh"}\n\n')
    wire.send('chat', 1)
    expect((await posts.next()).withCredentials).toBe(withCredentials ?? false)
  }
})
