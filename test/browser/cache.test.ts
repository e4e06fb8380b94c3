// Polls and a real browser's cache: answers that it may keep, and two wires that poll one URL.
import { describe, expect, onTestFinished, test } from 'vitest'
import { connect, longpoll, type Options, plain } from '../../src/index.ts'
import { block, hello } from '../support/dialogue.ts'
import { type Answer, openPuppet } from './support/puppet.ts'

const YEAR_MS = 31_536_000_000

/** Answers that a cache keeps: by a guess from their age (RFC 9111, section 4.2.2), or for a minute. */
const KEPT: readonly [string, Record<string, string>][] = [
  ['Last-Modified alone', { 'last-modified': new Date(Date.now() - YEAR_MS).toUTCString() }],
  ['max-age=60', { 'cache-control': 'max-age=60' }],
]

const SPEECHES: readonly [string, Options, string][] = [
  ['steadywire', {}, hello('e-0')],
  ['plain', { protocol: plain({ pollMs: 0 }) }, ''],
]

function open(url: string, options: Options) {
  const wire = connect(url, { transports: [longpoll], storage: null, ...options })
  onTestFinished(() => wire.close())
  return wire
}

/** The next event of type `n`, or without a type. */
function nextEvent(wire: ReturnType<typeof open>): Promise<unknown> {
  return new Promise((resolve) => {
    wire.once('n', resolve)
    wire.once('message', resolve)
  })
}

describe.each(KEPT)('answers with %s', (_, headers) => {
  const kept = (body: string): Answer => ({ body, headers })

  test('are taken from the cache where the URL stays the same: this browser has one', async () => {
    const puppet = await openPuppet()
    const url = `${puppet.url}?same`
    const first = fetch(url).then((response) => response.text())
    ;(await puppet.next()).answer(kept('kept'))
    expect(await first).toBe('kept')
    expect(await (await fetch(url)).text()).toBe('kept')
    expect(puppet.left()).toBe(0)
  })

  test.each(SPEECHES)('let each poll of %s reach the server', async (_name, options, greeting) => {
    const puppet = await openPuppet()
    const wire = open(puppet.url, options)
    for (const number of [1, 2, 3]) {
      const event = nextEvent(wire)
      const poll = await puppet.next()
      // Without an id, so that the cursor in the URL stays the same.
      poll.answer(kept(`${number === 1 ? greeting : ''}event: n\ndata: ${number}\n\n`))
      expect(await event).toBe(number)
    }
    await puppet.next()
  })

  test('are asked for again by a plain wire that was told to leave the URL as it is, and kept', async () => {
    const puppet = await openPuppet()
    const wire = open(puppet.url, { protocol: plain({ pollMs: 0, cacheParam: null }) })
    const first = nextEvent(wire)
    ;(await puppet.next()).answer(kept('data: 1\n\n'))
    await first
    expect(await nextEvent(wire)).toBe(1)
    wire.close()
    expect(puppet.left()).toBe(0)
  })
})

test.each(SPEECHES)(
  'two wires of %s that poll one URL do not wait for each other',
  async (_, options, greeting) => {
    const puppet = await openPuppet()
    const wires = [open(puppet.url, options), open(puppet.url, options)]
    const events = wires.map(nextEvent)
    // A browser holds back a request for a URL that it is asking for already, until that one's answer can be kept or not.
    const polls = [await puppet.next(), await puppet.next()]
    for (const poll of polls) poll.answer({ body: greeting + block('n', 1, 'e-1') })
    expect(await Promise.all(events)).toEqual([1, 1])
  },
)
