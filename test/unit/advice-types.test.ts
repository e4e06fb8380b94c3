// Advice on types of events: one that never comes while another is spelled alike, and what comes without a type.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, type Options, plain } from '../../src/index.ts'
import { createTypeWatch } from '../../src/spelling.ts'
import { block, hello } from '../support/dialogue.ts'
import { start, startOpen } from '../support/fake-wire.ts'
import { begin, pollWith } from './mistakes.ts'

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

describe('what comes without a type', () => {
  async function saidOf(types: readonly string[], frames: readonly string[], options?: Options) {
    const begun = begin({ url: '/live', transports: [longpoll], types, ...options })
    await pollWith(begun, frames.join(''))
    return begun.said()
  }
  const PLAINLY: Options = { protocol: plain() }

  test('is asked after where only other types have listeners', async () => {
    const said = await saidOf(['price', 'n'], ['data: 1\n\n'], PLAINLY)
    expect(said).toEqual([
      expect.stringContaining('#untyped): wire.on(price): did you mean message?'),
    ])
  })

  test('is not asked after where it has a listener, or nothing has one', async () => {
    expect(await saidOf(['price', 'message'], ['data: 1\n\n'], PLAINLY)).toEqual([])
    expect(await saidOf([], ['data: 1\n\n'], PLAINLY)).toEqual([])
  })

  test('is not asked after where one of the others came', async () => {
    expect(await saidOf(['price', 'n'], [block('n', 1), 'data: 1\n\n'], PLAINLY)).toEqual([])
  })

  test('is a type as any other where the server speaks Steadywire', async () => {
    expect(await saidOf(['price', 'n'], [hello(), block('message', 1)])).toEqual([])
  })
})

describe('the watch on types', () => {
  const TYPES = Array.from({ length: 1001 }, (_, index) => `${index}-type`)
  function watch() {
    const found: string[] = []
    const types = createTypeWatch(undefined, (listened) => found.push(listened))
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
