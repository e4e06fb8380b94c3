// Checks of the development build: each mistake in an option or a call is named, and the text says what to do.
import { describe, expect, test } from 'vitest'
import { connect, type Options, type PlainOptions, plain, websocket } from '../../src/index.ts'
import { mercure } from '../../src/protocols/mercure.ts'
import { nchan } from '../../src/protocols/nchan.ts'
import { nearest } from '../../src/spelling.ts'
import { hello } from '../support/dialogue.ts'
import { createFakeEnvironment } from '../support/fake-environment.ts'
import { start, startOpen } from '../support/fake-wire.ts'

/** What `act` throws, as code and text. */
function thrownBy(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    return error instanceof Error
      ? `${Reflect.get(error, 'code')}: ${error.message}`
      : String(error)
  }
  throw new Error('It throws nothing')
}

/** Connects as JavaScript may: no type keeps anything out. */
function given(options: object, ...[url = '/live']: unknown[]) {
  const { environment } = createFakeEnvironment()
  return Reflect.apply(connect, undefined, [url, { environment, ...options }])
}

describe('an option says what to do', () => {
  test.each<[object, RegExp]>([
    [{ minDelay: 5 }, /minDelay does not exist \(did you mean minDelayMs\?\)\. Look/],
    [{ heartBeat: 5 }, /heartBeat does not exist/],
    [{ transport: websocket }, /it is transports, a list/],
    [{ headers: null }, /takes an object of strings by name, or a function/],
    [{ headers: new Headers({ a: 'b' }) }, /takes an object of strings by name/],
    [{ headers: { a: 1 } }, /takes an object of strings by name/],
    [{ subprotocols: [1] }, /takes a name, or a list of names/],
    [{ subprotocols: '' }, /takes a name, or a list of names/],
    [{ toString: 1 }, /toString does not exist\. Look/],
    [{ url: '/live' }, /it is the first argument/],
    [{ reconnect: true }, /it always reconnects: minDelayMs/],
    [{ resume: 'query' }, /option of plain\(\)/],
    [{ token: 'x' }, /a function as URL is asked/],
    [
      { transports: ['websocket'] },
      /values, not names: import \{ websocket \} and pass \[websocket\]; after a script tag \[Steadywire\.websocket\]\./,
    ],
    [{ transports: [] }, /empty: name one/],
    [{ transports: websocket }, /must be a list: \[websocket/],
    [{ protocol: plain }, /must be called: plain\(\)/],
    [
      { protocol: 'plain' },
      /a value, not a name: import \{ plain \} and pass plain\(\); after a script tag Steadywire\.plain\(\)\./,
    ],
    [{ codec: 'text' }, /import \{ text \} and pass text; after a script tag Steadywire\.text\./],
    [{ codec: 'cbor' }, /a value, not a name\. Look/],
    [{ signal: new AbortController() }, /pass controller\.signal/],
    [{ signal: {} }, /must have addEventListener\(\)/],
    [{ storage: {} }, /getItem\(\), or be null/],
    [{ outbox: true }, /must be a function: import \{ outbox \}/],
    [{ stableMs: '5' }, /must be a number/],
    [{ stableMs: -1 }, /finite and not negative/],
    [{ maxMessages: 0.5 }, /from 1 on/],
    [{ cursorParam: 'wait' }, /a name of its own/],
    [{ cursorParam: 'at', protocol: plain({ cacheParam: 'at' }) }, /the protocol uses at/],
  ])('%o', (options, remedy) => {
    const text = thrownBy(() => given(options))
    expect(text).toMatch(remedy)
    expect(text).toMatch(/^bad-option: .*\(docs\/errors\.md#bad-option\)$/)
  })
})

describe('an option of plain says what to do', () => {
  test.each<[unknown, RegExp]>([
    [{ resume: true }, /resume of plain\(\) must be "query" or "header": how the server/],
    [{ resume: false }, /"query" or "header"/],
    [{ resumable: true }, /it is resume, "query" or "header"/],
    [{ heartbeat: 5 }, /exist \(did you mean heartbeatMs\?\)\. Look/],
    [{ cursorParam: 'at' }, /option of connect\(\)/],
    [{ headers: {} }, /option of connect\(\)/],
    [{ constructor: 1 }, /constructor of plain\(\) does not exist\. Look/],
    [{ heartbeatMs: '5' }, /heartbeatMs of plain\(\) must be a number/],
    [{ pollMs: -1 }, /finite and not negative/],
    [{ retryMs: Number.NaN }, /finite and not negative/],
    [{ retryMs: Infinity }, /finite and not negative/],
    [{ heartbeatType: '' }, /must not be empty/],
    [{ cacheParam: false }, /must be a string/],
    [{ repeat: 1 }, /must be a boolean/],
    [{ contentType: null }, /must be a string/],
    ['query', /an object of options, or nothing/],
    [null, /an object of options, or nothing/],
  ])('%o', (options, remedy) => {
    const text = thrownBy(() => Reflect.apply(plain, undefined, [options]))
    expect(text).toMatch(remedy)
    expect(text).toMatch(/^bad-option: /)
  })

  test('is fine where it is left out', () => {
    const none: PlainOptions = { resume: undefined, heartbeatMs: undefined, cacheParam: null }
    expect(() => [plain(), plain({}), plain(none)]).not.toThrow()
    expect(() => plain({ heartbeatMs: 0, pollMs: 0.5, repeat: false })).not.toThrow()
  })
})

describe('a URL says what to do', () => {
  test.each<[unknown, RegExp]>([
    [undefined, /^bad-url: connect\(\) takes a URL first, and got undefined/],
    [null, /^bad-url: .*got null/],
    [5, /^bad-url: .*got number/],
    [
      { websocket: '/w', poll: '/p' },
      /^bad-option: .*for poll .*\(did you mean longpoll\?\)\. Look/,
    ],
    [
      { sse: '/s' },
      /^bad-option: .*\(there are websocket, eventsource, longpoll, fetchstream, send\)\. Look/,
    ],
    [['/live'], /^bad-option: The URL for 0 /],
  ])('%o', (url, remedy) => {
    const { environment } = createFakeEnvironment()
    const act = () => Reflect.apply(connect, undefined, [url, { environment }])
    expect(thrownBy(act)).toMatch(remedy)
  })

  test('may name a transport that is not used, or one of your own', () => {
    const own = { ...websocket, name: 'own' }
    const options: Options = { transports: [own] }
    expect(() => given(options, { own: '/o', eventsource: '/e' })).not.toThrow()
  })

  test('is never quoted', () => {
    const text = thrownBy(() => given({}, { poll: '/p?ticket=SECRET' }))
    expect(text).not.toContain('SECRET')
  })
})

describe('a call says what to do', () => {
  const { wire } = start()
  const { connection } = wire
  function call(target: object, name: string, ...args: unknown[]): unknown {
    return Reflect.apply(Reflect.get(target, name), target, args)
  }

  test.each<[string, () => unknown, RegExp]>([
    [
      'on without a listener',
      () => call(wire, 'on', 'tick'),
      /on\(tick\) without a listener: pass/,
    ],
    ['once without one', () => call(wire, 'once', 'tick', {}), /once\(tick\) without a listener/],
    ['off without one', () => call(wire, 'off', 'tick'), /off\(tick\) without a listener/],
    ['on without a type', () => call(wire, 'on', () => {}), /on: a type is a word: on\("message"/],
    ['onAny without one', () => call(wire, 'onAny'), /onAny without a listener/],
    [
      'opn',
      () => call(connection, 'on', 'opn', () => {}),
      /called opn \(did you mean open\?\)\. Look/,
    ],
    ['toString', () => call(connection, 'on', 'toString', () => {}), /there are open, transport/],
    [
      'an event of the server',
      () => call(connection, 'on', 'tick', () => {}),
      /from wire\.on\(\)\)\. Look/,
    ],
    ['connection.on alone', () => call(connection, 'on', 'open'), /connection\.on\(open\) without/],
    [
      'a controller in place of its signal',
      () => call(wire, 'on', 'tick', () => {}, { signal: new AbortController() }),
      /signal that is none: pass controller\.signal/,
    ],
    ['restart with a word', () => call(connection, 'restart', 'e-1'), /restart\(\{ lastEventId/],
    [
      'restart with a number',
      () => call(connection, 'restart', { lastEventId: 1 }),
      /restart\(\{ lastEventId/,
    ],
  ])('%s', (_, act, remedy) => {
    expect(thrownBy(act)).toMatch(remedy)
    expect(thrownBy(act)).toMatch(/^bad-call: /)
  })

  test('is as before where it is fine', async () => {
    const { wire, socket } = await startOpen()
    const got: unknown[] = []
    const unbind = wire.on('m', (data) => got.push(data))
    wire.once('m', (data) => got.push(data), { signal: new AbortController().signal })
    socket.receive('event: m\ndata: 1\n\nevent: m\ndata: 2\n\n')
    unbind()
    socket.receive('event: m\ndata: 3\n\n')
    expect(got).toEqual([1, 1, 2])
  })

  test('restart goes on from the cursor given, or from none', async () => {
    const { wire, sockets } = await startOpen()
    wire.connection.restart({ lastEventId: 'e-7' })
    const second = await sockets.next()
    expect(second.url.searchParams.get('last_event_id')).toBe('e-7')
    second.accept(hello('e-7'))
    wire.connection.restart()
    expect((await sockets.next()).url.searchParams.has('last_event_id')).toBe(false)
  })
})

describe('the nearest name', () => {
  const KNOWN = ['open', 'transport', 'state', 'minDelayMs', 'maxDelayMs', 'longpoll']

  test.each([
    ['opn', 'open'],
    ['OPEN', 'open'],
    ['stat', 'state'],
    ['minDelayMS', 'minDelayMs'],
    ['maxDelay', 'maxDelayMs'],
    ['poll', 'longpoll'],
    ['satte', 'state'],
    ['message', undefined],
    ['o', undefined],
    ['', undefined],
  ])('to %j is %j', (name, meant) => {
    expect(nearest(name, KNOWN)).toBe(meant)
  })
})

describe('an option of a protocol says what to do', () => {
  test.each([0, -1, Number.NaN, Infinity])('nchan: a buffer of %d ms', (bufferMs) => {
    expect(() => nchan({ bufferMs })).toThrow(/bufferMs of nchan\(\) must be finite and over 0/)
  })

  test.each([{ topic: '' }, { topic: 5 }, { private: 'on' }])('mercure: %o', (options) => {
    expect(() => mercure(Object(options))).toThrow(/mercure\(\) takes topic/)
  })
})
