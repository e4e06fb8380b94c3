// Names that the cursor's parameter can't have: those of others, and none.
import { expect, test } from 'vitest'
import { connect, plain } from '../../../src/index.ts'
import { createFakeEnvironment } from '../../support/fake-environment.ts'

test.each(['client_id', 'wait', '_', ''])('cursorParam can not be %j', async (cursorParam) => {
  for (const options of [{}, { protocol: plain() }]) {
    const { environment, alive, settle } = createFakeEnvironment()
    expect(() => connect('/live', { environment, cursorParam, ...options })).toThrow(
      expect.objectContaining({
        name: 'SteadywireError',
        code: 'bad-option',
        message: expect.stringContaining('cursorParam'),
      }),
    )
    await settle()
    expect(alive()).toEqual([])
  }
})

test.each(['client', 'waits', '__', 'id', 'last_event_id'])('it can be %j', (cursorParam) => {
  const { environment } = createFakeEnvironment()
  expect(() => connect('/live', { environment, cursorParam })).not.toThrow()
})

test('it can not be the parameter that keeps polls from a cache', () => {
  const { environment } = createFakeEnvironment()
  const protocol = plain({ cacheParam: 'now' })
  expect(() => connect('/live', { environment, protocol, cursorParam: 'now' })).toThrow(
    expect.objectContaining({ code: 'bad-option' }),
  )
})
