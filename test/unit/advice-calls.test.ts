// Advice on calls that no `error` shows: of bytes, names of events, and messages that were not taken.
import { describe, expect, test } from 'vitest'
import { connect as connectCore } from '../../src/core.ts'
import {
  type Codec,
  eventsource,
  json,
  type Options,
  plain,
  steadywire,
  websocket,
} from '../../src/index.ts'
import { createTypeWatch } from '../../src/spelling.ts'
import { block, hello } from '../support/dialogue.ts'
import { createFakeEnvironment } from '../support/fake-environment.ts'
import { start, startOpen } from '../support/fake-wire.ts'
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
    ['with other options', ['m', 1, { timeoutMs: '5' }], /timeoutMs is no number.*#bad-option\)$/],
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

describe('a type that never comes', () => {
  async function saidOf(listened: readonly string[], came: readonly string[]): Promise<string[]> {
    const { wire, warnings, socket } = await startOpen()
    for (const type of listened) wire.on(type, () => {})
    socket.receive(came.map((type) => block(type, 1)).join(''))
    return warnings.map((args) => args.join(' '))
  }

  test.each([
    ['prcie', 'price'],
    ['prices', 'price'],
    ['Price', 'price'],
    ['tik', 'tick'],
    ['orderCreated', 'order-created'],
    ['order_created', 'order.craeted'],
    ['messgae', 'message'],
    ['job1', 'job-1'],
  ])('is asked after: %s, while %s comes', async (listened, came) => {
    const text = expect.stringContaining(
      `#unheard-type): wire.on(${listened}): did you mean ${came}?`,
    )
    expect(await saidOf([listened], [came, came])).toEqual([text])
  })

  test.each([
    ['bid', 'ask'],
    ['job-1', 'job-2'],
    ['kline_5m', 'kline_15m'],
    ['message_stop', 'message_start'],
    ['content_block_delta', 'content_block_start'],
    ['ETH-USD', 'BTC-USD'],
    ['buy', 'bus'],
    ['*', 'price'],
  ])('is not asked after where the other is another: %s and %s', async (listened, came) => {
    expect(await saidOf([listened], [came])).toEqual([])
  })

  test('is none where it came before, or the other has a listener', async () => {
    expect(await saidOf(['prices'], ['prices', 'price'])).toEqual([])
    expect(await saidOf(['prices', 'price'], ['price'])).toEqual([])
  })

  test('is asked after where its listener is bound later', async () => {
    const { wire, warnings, socket } = await startOpen()
    socket.receive(block('price', 1))
    wire.on('prcie', () => {})
    expect(warnings).toEqual([])
    socket.receive(block('price', 2))
    expect(warnings).toHaveLength(1)
  })

  test('is not asked after where somebody listens to all', async () => {
    const { wire, warnings, socket } = await startOpen()
    wire.onAny(() => {})
    wire.on('prcie', () => {})
    socket.receive(block('price', 1))
    expect(warnings).toEqual([])
  })

  test('can not be seen over a native EventSource', async () => {
    const { wire, warnings, sources } = start({ transports: [eventsource] })
    wire.on('prcie', () => {})
    ;(await sources.next()).accept(hello() + block('price', 1))
    expect(warnings).toEqual([])
  })
})

describe('the watch on types', () => {
  const TYPES = Array.from({ length: 1001 }, (_, index) => `${index}-type`)
  function watch() {
    const found: string[] = []
    const types = createTypeWatch((listened) => found.push(listened))
    types.listen('prcie')
    return { ...types, found }
  }

  test('ends where they come without end', () => {
    const { came, found } = watch()
    for (const type of TYPES) came(type)
    came('price')
    expect(found).toEqual([])
  })

  test('ends where they are listened to without end', () => {
    const { listen, came, found } = watch()
    for (const type of TYPES) listen(type)
    came('price')
    expect(found).toEqual([])
  })

  test('looks at each once, until another is listened to', () => {
    const { listen, came, found } = watch()
    for (const type of ['price', 'price']) came(type)
    expect(found).toEqual(['prcie'])
    listen('other')
    came('price')
    expect(found).toEqual(['prcie', 'prcie'])
  })

  test('goes on up to a thousand', () => {
    const { listen, came, found } = watch()
    for (const type of TYPES.slice(2)) listen(type)
    for (const type of TYPES.slice(2)) came(type)
    came('price')
    expect(found).toEqual(['prcie'])
  })
})
