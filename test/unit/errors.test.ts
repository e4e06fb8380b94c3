// The one error class.
import { describe, expect, test } from 'vitest'
import { SteadywireError as CoreError } from '../../src/core.ts'
import { type ErrorCode, SteadywireError } from '../../src/index.ts'
import { prose } from '../support/prose.ts'

describe('SteadywireError', () => {
  test('is an Error with a code, a cause and the attempts', () => {
    const cause = new TypeError('why')
    const attempts = [
      { transport: 'websocket', phase: 'url', outcome: 'ended', at: 1, ms: 2 },
    ] as const
    const error = new SteadywireError('failed', 'It failed: try this', cause, { attempts })
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ name: 'SteadywireError', code: 'failed', cause, attempts })
    expect(error.message).toEqual(prose(/It failed: try this/))
    expect(error.message).not.toContain('[failed]')
    expect(error.message).toContain('docs/errors.md#failed')
    expect(String(error)).toMatch(/^SteadywireError: /)
    expect(error.stack).toContain('errors.test.ts')
  })

  test('says in JSON what an error was caused by that is another error of this class', () => {
    const cause = new SteadywireError('failed', 'The server refused')
    const error = new SteadywireError('closed', 'It is closed', cause)
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({
      code: 'closed',
      cause: { code: 'failed', message: cause.message },
    })
  })

  test('was repeated by nothing yet, and is no refusal', () => {
    const error = new SteadywireError('codec', 'It can not be decoded')
    expect(error.repeats).toBe(0)
    expect(error.refusal).toBeUndefined()
  })

  test('has no attempts by default', () => {
    expect(new SteadywireError('closed', 'It is closed').attempts).toEqual([])
  })

  test('shows itself to JSON, its cause too', () => {
    const error = new SteadywireError('failed', 'It failed', { reason: 'status', status: 410 })
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'SteadywireError',
      code: 'failed',
      message: error.message,
      cause: { reason: 'status', status: 410 },
    })
  })

  const retryable: Record<ErrorCode, boolean> = {
    aborted: false,
    'bad-call': false,
    'bad-event': false,
    'bad-option': false,
    'bad-url': false,
    closed: false,
    codec: false,
    failed: false,
    'outcome-unknown': false,
    protocol: false,
    'queue-full': true,
    refused: false,
    timeout: true,
    'too-large': false,
    unauthorized: false,
    unreachable: true,
    unsupported: false,
    'upstream-unreachable': true,
    url: true,
  }

  test.each(Object.entries(retryable))('%s: retryable is %s', (code, expected) => {
    expect(new SteadywireError(code as ErrorCode, 'x').retryable).toBe(expected)
  })

  test('is the same class in both entries', () => {
    expect(CoreError).toBe(SteadywireError)
  })
})
