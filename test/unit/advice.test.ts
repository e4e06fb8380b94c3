// Advice of the development build: which mistake earns which sentence, once, and only where nobody else hears of it.
import { describe, expect, test } from 'vitest'
import { longpoll, websocket } from '../../src/index.ts'
import { block, hello } from '../support/dialogue.ts'
import { begin, MISTAKES, SECRET } from './mistakes.ts'

/** What a call shows by itself; no `error` listener hears of it. */
const OF_CALLS: readonly string[] = [
  'any-over-eventsource',
  'bytes',
  'connection-event',
  'empty-url',
  'headers-not-sent',
  'no-page',
  'own-parameter',
  'reserved-type',
  'unheard-type',
  'untyped',
]

const CASES = Object.entries(MISTAKES)

describe.each(CASES)('%s', (topic, { setting, make, remedy }) => {
  test('is said, with the remedy and its anchor', async () => {
    const begun = begin(setting)
    await make?.(begun)
    await begun.settle()
    expect(begun.said()).toEqual([expect.stringMatching(remedy)])
    expect(begun.said()[0]).toContain(`(docs/errors.md#${topic})`)
  })

  test('is said without a query or a token', async () => {
    const begun = begin(setting)
    await make?.(begun)
    await begun.settle()
    expect(begun.said().join()).not.toMatch(RegExp(`${SECRET}|ticket|\\?\\w`))
  })

  test('is said once for a wire, however often it comes', async () => {
    const begun = begin(setting)
    await make?.(begun)
    await begun.settle()
    begun.wire.connection.reconnect()
    await begun.advance(1000)
    await make?.(begun)
    await begun.settle()
    expect(begun.said()).toHaveLength(1)
  })

  test('is silent where somebody listens for error, if a connection shows it', async () => {
    const begun = begin(setting)
    begun.wire.connection.on('error', () => {})
    await make?.(begun)
    await begun.settle()
    expect(begun.said()).toHaveLength(OF_CALLS.includes(topic) ? 1 : 0)
  })

  test('leaves nothing behind', async () => {
    const begun = begin(setting)
    await make?.(begun)
    begun.wire.close()
    await begun.settle()
    expect(begun.alive()).toEqual([])
  })
})

describe('an error that nobody listens for', () => {
  test('is said with what was tried: nothing is reachable', async () => {
    const begun = begin()
    ;(await begun.sockets.soon()).end()
    ;(await begun.sources.soon()).fail()
    ;(await begun.polls.soon()).fail()
    await begun.settle()

    const text = expect.stringMatching(
      /^Steadywire: No connection: network\. The wire tries again.*\(docs\/errors\.md#unreachable\): is the server up, is the URL right, and does it allow this page’s origin \(CORS\)\? Seen: websocket network, eventsource network, longpoll network$/,
    )
    expect(begun.said()).toEqual([text])
  })

  test('is said with what each transport saw: a server that is starting', async () => {
    const begun = begin()
    ;(await begun.sockets.soon()).end()
    ;(await begun.sources.soon()).refuse()
    ;(await begun.polls.soon()).answer({ status: 503 })
    await begun.settle()
    const seen =
      /is the URL right.* Seen: websocket network, eventsource refused, longpoll status 503$/
    expect(begun.said()).toEqual([expect.stringMatching(seen)])
  })

  test('is said with why the codec refused', async () => {
    const begun = begin({ transports: [websocket] })
    const socket = await begun.sockets.next()
    socket.accept(hello())
    socket.receive('event: n\ndata: connected\n\n')
    await begun.settle()
    const text = /^Steadywire: Can’t decode n\. Send other data, or .*#codec\): .*not valid JSON$/
    expect(begun.said()).toEqual([expect.stringMatching(text)])
  })

  test('is said without a why where the codec threw no error', async () => {
    const codec = {
      encode: String,
      decode() {
        throw Object.create(null)
      },
    }
    const begun = begin({ transports: [websocket], codec })
    ;(await begun.sockets.next()).accept(hello() + block('n', 1, 'e-1'))
    await begun.settle()
    expect(begun.said()).toEqual([expect.stringMatching(/#codec\)$/)])
  })

  test('is said where it ended the wire', async () => {
    const begun = begin({ transports: [longpoll] })
    ;(await begun.polls.soon()).answer({ status: 404 })
    await begun.wire.closed
    await begun.settle()
    expect(begun.said()).toEqual([expect.stringMatching(/#failed\): longpoll status 404$/)])
    expect(begun.alive()).toEqual([])
  })

  test('of another kind is said as it is, with its remedy', async () => {
    const begun = begin({ url: () => Promise.reject(new Error(SECRET)) })
    await begun.settle()
    expect(begun.said()[0]).toMatch(
      /There is no URL.*Look at your url and headers functions.*#url\)$/,
    )
    expect(begun.said().join()).not.toContain(SECRET)
  })

  test('is not said after somebody began to listen', async () => {
    const begun = begin({ transports: [longpoll] })
    begun.wire.connection.on('error', () => {})
    ;(await begun.polls.soon()).fail()
    await begun.settle()
    expect(begun.said()).toEqual([])
  })
})
