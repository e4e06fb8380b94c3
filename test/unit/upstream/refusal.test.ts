// What a server said of a message that it refused, as data; and why a closed wire takes none.
import { describe, expect, test } from 'vitest'
import { SteadywireError } from '../../../src/index.ts'
import { ack, closing } from '../../support/dialogue.ts'
import { type Started, type StartOptions, start, startOpen } from '../../support/fake-wire.ts'
import { prose } from '../../support/prose.ts'

/** The error that a promise rejects with. */
async function errorOf(promise: Promise<unknown>): Promise<SteadywireError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof SteadywireError)) throw new TypeError('No such error')
  return error
}

describe('refusal', () => {
  test('has the code and the message of the server', async () => {
    const { wire, socket } = await startOpen()
    const sent = wire.send('chat', 1)
    socket.receive(ack(1, { error: { code: 'too-rude', message: 'Mind your words' } }))
    const error = await errorOf(sent)
    expect(error).toMatchObject({ code: 'refused', retryable: false })
    expect(error.refusal).toEqual({ code: 'too-rude', message: 'Mind your words' })
    expect(error.message).toEqual(prose(/Mind your words/))
  })

  test('is not there where it was no refusal', async () => {
    const { wire, socket } = await startOpen()
    const sent = wire.send('chat', 1)
    socket.receive(ack(1, { unknown: true }))
    const error = await errorOf(sent)
    expect(error.code).toBe('outcome-unknown')
    expect(error.refusal).toBeUndefined()
  })
})

describe('a closed wire', () => {
  const ENDS: readonly [string, (options: StartOptions) => Promise<Started>][] = [
    [
      'closed',
      async (options) => {
        const started = await startOpen(options)
        started.wire.close()
        return started
      },
    ],
    ['aborted', async (options) => start({ ...options, signal: AbortSignal.abort() })],
    [
      'final',
      async (options) => {
        const started = await startOpen(options)
        started.socket.receive(closing({ final: true }))
        return started
      },
    ],
    [
      'failed',
      async (options) => {
        const started = await startOpen(options)
        started.socket.end(4404)
        return started
      },
    ],
    [
      'unauthorized',
      async (options) => {
        const started = await startOpen(options)
        started.socket.end(4401)
        return started
      },
    ],
  ]

  test('says with each later send why it is', async () => {
    const texts: string[] = []
    for (const [, end] of ENDS) {
      const { wire } = await end({})
      const error = await errorOf(wire.send('chat', 1))
      expect(error.code).toBe('closed')
      texts.push(JSON.stringify(error))
    }
    expect(new Set(texts).size).toBe(ENDS.length)
  })

  test('says so to the messages that waited, too', async () => {
    const { wire, socket } = await startOpen()
    const sent = errorOf(wire.send('chat', 1))
    socket.end(4401)
    const waiting = JSON.stringify(await sent)
    const later = JSON.stringify(await errorOf(wire.send('chat', 2)))
    expect(waiting).toMatch(/unauthorized|4401/)
    expect(later).toMatch(/unauthorized|4401/)
  })
})
