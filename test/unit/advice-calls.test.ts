// Advice on calls that no `error` shows: of bytes, names of events, and messages that were not taken.
import { describe, expect, test } from 'vitest'
import { connect as connectCore } from '../../src/core.ts'
import { type Codec, json, type Options, plain, steadywire, websocket } from '../../src/index.ts'
import { createFakeEnvironment } from '../support/fake-environment.ts'
import { startOpen } from '../support/fake-wire.ts'
import { begin } from './mistakes.ts'

describe('bytes to send', () => {
  async function warningsOf(data: unknown, options: Options = {}): Promise<unknown[][]> {
    const { wire, warnings, settle } = await startOpen(options)
    Reflect.apply(wire.send, wire, ['m', data])
    await settle()
    return warnings
  }

  test.each([
    ['an array of bytes', new Uint8Array(2)],
    ['their buffer', new ArrayBuffer(2)],
    ['a view of it', new DataView(new ArrayBuffer(2))],
  ])('are warned of, by the name of the message: %s', async (_, data) => {
    expect(await warningsOf(data)).toEqual([[expect.stringMatching(/bytes.*base64.*: m$/)]])
  })

  test.each([
    ['text', 'abc'],
    ['numbers', [1, 2]],
    ['nothing', undefined],
  ])('are none: %s', async (_, data) => {
    expect(await warningsOf(data)).toEqual([])
  })

  test.each<[string, Codec]>([
    ['takes them', { encode: () => 'AQI=', decode: (data) => data }],
    [
      'refuses them',
      {
        encode() {
          throw new TypeError('bytes')
        },
        decode: (data) => data,
      },
    ],
  ])('are fine where the codec %s', async (_, codec) => {
    const warnings = await warningsOf(new Uint8Array(2), { codec })
    expect(warnings.join()).not.toContain('#bytes')
  })
})

describe('a message that is not taken, whose promise nobody holds', () => {
  async function saidOf(...sends: readonly (readonly unknown[])[]): Promise<string[]> {
    const { wire, warnings, settle } = await startOpen({ maxMessages: 1 })
    wire.connection.on('error', () => {}) // which shows no such mistake
    for (const args of sends) Reflect.apply(wire.send, wire, args)
    await settle()
    return warnings.map((args) => args.join(' '))
  }

  test.each<[string, readonly unknown[], RegExp]>([
    [
      'without a type',
      [{ a: 1 }],
      /^Steadywire: send takes a type first: send\(type, data\).*#bad-event\)$/,
    ],
    ['of a reserved type', ['sw:x', 1], /Give a type of one line.*#bad-event\)$/],
    [
      'of other data',
      ['m', () => 1],
      /^Steadywire: Can’t encode the data of m: JSON has.*#codec\)$/,
    ],
    [
      'with other options',
      ['m', 1, { timeoutMs: '5' }],
      /timeoutMs, a number from 0.*#bad-option\)$/,
    ],
  ])('is written to the console: %s', async (_, args, text) => {
    expect(await saidOf(args)).toEqual([expect.stringMatching(text)])
  })

  test('is written once for each code', async () => {
    const said = await saidOf([], ['sw:x'], ['m', 1n], ['m', () => 1])
    expect(said.map((text) => /#(.*)\)/.exec(text)?.[1])).toEqual(['bad-event', 'codec'])
  })

  test('is the wire’s own business where the call is right', async () => {
    expect(await saidOf(['m', 1, { signal: AbortSignal.abort() }], ['m', 1], ['m', 2])).toEqual([])
  })

  test('is written where no outbox was passed', async () => {
    const { environment, warnings, settle } = createFakeEnvironment()
    const parts = { transports: [websocket], protocol: steadywire, codec: json, environment }
    connectCore('/live', parts).send('m', 1)
    await settle()
    expect(warnings).toEqual([[expect.stringMatching(/No outbox was passed.*#unsupported\)$/)]])
  })
})

describe('a listener on the wire', () => {
  function saidOf(type: string, options: Options = {}): string[] {
    const { wire, said } = begin({ url: '/live', ...options })
    for (const name of ['on', 'once'] as const) wire[name](type, () => {})
    return said()
  }

  test.each(['open', 'transport', 'state', 'gap', 'retry', 'drain', 'error', 'change', 'close'])(
    'for an event of the connection is pointed there: %s',
    (type) => {
      expect(saidOf(type)).toEqual([
        expect.stringMatching(RegExp(`#connection-event\\): ${type}$`)),
      ])
    },
  )

  test.each(['tick', 'toString', 'opened', 'swarm'])(
    'for one of the server is fine: %s',
    (type) => {
      expect(saidOf(type)).toEqual([])
    },
  )

  test('for a reserved type is fine under plain, where it may come', () => {
    expect(saidOf('sw:tick', { protocol: plain() })).toEqual([])
  })
})
