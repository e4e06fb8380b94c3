// The chat's messages: each is shown once, with what became of it.
import { describe, expect, test } from 'vitest'
import { type ChatEvent, type ChatLog, createChatLog } from '../chat-log.ts'

const closed = { code: 'closed', message: 'The wire is closed' }
const unknown = { code: 'outcome-unknown', message: 'Nobody knows' }

const event = (id: string, text: string, from = 'Ada'): ChatEvent => ({ id, from, text, at: 5 })
const shown = ({ messages }: ChatLog) =>
  messages.map(({ text, own, status }) => `${own ? 'own' : 'other'} ${status}: ${text}`)

describe('the chat log', () => {
  test('shows what others say', () => {
    const log = createChatLog()
    log.event(event('1', 'hello'))
    expect(shown(log)).toEqual(['other delivered: hello'])
  })

  test('shows an own message once when its event comes after the acknowledgement', () => {
    const log = createChatLog()
    const key = log.sending('Ada', 'hello', 1)
    expect(shown(log)).toEqual(['own sending: hello'])
    log.delivered(key, '1')
    log.event(event('1', 'hello'))
    expect(shown(log)).toEqual(['own delivered: hello'])
  })

  test('shows an own message once when its event comes first', () => {
    const log = createChatLog()
    const key = log.sending('Ada', 'hello', 1)
    log.event(event('1', 'hello'))
    expect(shown(log)).toEqual(['own sending: hello'])
    log.delivered(key, '1')
    expect(shown(log)).toEqual(['own delivered: hello'])
  })

  test('shows the same words of a namesake as another message', () => {
    const log = createChatLog()
    const key = log.sending('Ada', 'hello', 1)
    log.event(event('1', 'hello'))
    log.event(event('2', 'hello'))
    log.delivered(key, '2')
    expect(shown(log)).toEqual(['own delivered: hello', 'other delivered: hello'])
  })

  test('shows the same words sent twice as two', () => {
    const log = createChatLog()
    const keys = [log.sending('Ada', 'hello', 1), log.sending('Ada', 'hello', 2)]
    log.event(event('1', 'hello'))
    log.event(event('2', 'hello'))
    keys.forEach((key, i) => {
      log.delivered(key, String(i + 1))
    })
    expect(shown(log)).toEqual(['own delivered: hello', 'own delivered: hello'])
  })

  test('keeps a failed message with its problem, until it is sent again', () => {
    const log = createChatLog()
    const key = log.sending('Ada', 'hello', 1)
    log.failed(key, closed)
    expect(log.messages).toMatchObject([{ status: 'failed', problem: closed }])
    log.again(key)
    expect(log.messages).toMatchObject([{ status: 'sending' }])
    expect(log.messages[0]).not.toHaveProperty('problem')
    log.delivered(key, '1')
    expect(shown(log)).toEqual(['own delivered: hello'])
  })

  test('shows the words of another once the own message that might claim them failed', () => {
    const log = createChatLog()
    const key = log.sending('Ada', 'hello', 1)
    log.event(event('1', 'hello'))
    log.failed(key, closed)
    expect(shown(log)).toEqual(['own failed: hello', 'other delivered: hello'])
  })

  test.each([
    ['before', true],
    ['after', false],
  ])('an unknown outcome is settled by the event that came %s it', (_, first) => {
    const log = createChatLog()
    const key = log.sending('Ada', 'hello', 1)
    if (first) log.event(event('1', 'hello'))
    log.failed(key, unknown)
    if (!first) log.event(event('1', 'hello'))
    expect(shown(log)).toEqual(['own delivered: hello'])
  })

  test('takes a message away to be written anew', () => {
    const log = createChatLog()
    log.remove(log.sending('Ada', 'hello', 1))
    expect(log.messages).toEqual([])
  })

  test('keeps the last 200', () => {
    const log = createChatLog()
    for (let n = 1; n <= 250; n++) log.event(event(String(n), String(n)))
    expect(log.messages.map(({ text }) => Number(text))).toEqual(
      Array.from({ length: 200 }, (_, i) => i + 51),
    )
  })
})
