// What a poll's answer is said to be: event streams are UTF-8 whatever their header says, as EventSource decides.
import { describe, expect, test } from 'vitest'
import { longpoll } from '../../../src/index.ts'
import { block, hello } from '../../support/dialogue.ts'
import { start, startPlain } from '../../support/fake-wire.ts'

const TEXT = 'naïve – 日本 \u{1F600}'

const CHARSETS = ['iso-8859-1', 'windows-1252', 'utf-16le', 'UTF-8', '"iso-8859-1"']

/** How the header may be written and still mean one event stream. */
const STREAMS = [
  'text/event-stream, text/event-stream',
  'text/event-stream;charset=utf-8, text/event-stream;charset=utf-8',
  'text/event-stream,text/event-stream',
  'Text/Event-Stream , TEXT/EVENT-STREAM; charset=UTF-8',
]

describe('the text of an event stream', () => {
  test.each(CHARSETS)('is UTF-8, though its charset be %s', async (charset) => {
    const { polls, told } = start({ transports: [longpoll] })
    const contentType = `text/event-stream; charset=${charset}`
    ;(await polls.next()).answer({ contentType, body: hello() + block('n', [TEXT], 'e-1') })
    ;(await polls.next()).answer({ contentType, body: block('n', [TEXT], 'e-2') })
    expect(told('event').map(({ data }) => data)).toEqual(Array(2).fill(JSON.stringify([TEXT])))
  })

  test.each(CHARSETS)('of a plain server is so too: %s', async (charset) => {
    const { polls, got } = startPlain({ transports: [longpoll] })
    const contentType = `text/event-stream; charset=${charset}`
    ;(await polls.next()).answer({ contentType, body: block('message', [TEXT]) })
    expect(got).toEqual([[TEXT]])
  })
})

describe('a header that a proxy has doubled', () => {
  test.each(STREAMS)('is taken: %s', async (contentType) => {
    const { polls, ids, wire } = start({ transports: [longpoll] })
    ;(await polls.next()).answer({ contentType, body: hello() + block('n', 1, 'e-1') })
    expect(wire.connection.state).toBe('open')
    expect(ids()).toEqual(['e-1'])
  })

  test.each(STREAMS)('of a plain server is a stream: %s', async (contentType) => {
    const { polls, got } = startPlain({ transports: [longpoll] })
    ;(await polls.next()).answer({ contentType, body: 'data: 1\n\n' })
    expect(got).toEqual([1])
  })

  test('of JSON is JSON', async () => {
    const { polls, got } = startPlain({ transports: [longpoll] })
    const contentType = 'application/json, application/json; charset=utf-8'
    ;(await polls.next()).answer({ contentType, body: '[1,2]' })
    expect(got).toEqual([1, 2])
  })

  // The Fetch standard, "extract a MIME type": the last one that is one counts.
  test.each([
    ['text/html, text/event-stream', 'open'],
    ['text/event-stream, text/html', 'waiting'],
  ])('of two types is the last one: %s', async (contentType, state) => {
    const { polls, wire } = start({ transports: [longpoll] })
    ;(await polls.next()).answer({ contentType, body: hello() })
    expect(wire.connection.state).toBe(state)
  })
})
