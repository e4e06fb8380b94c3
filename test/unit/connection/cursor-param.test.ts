// Names that the cursor's parameter can't have: those of others, and none.
import { expect, test } from 'vitest'
import { connect, plain, steadywire } from '../../../src/index.ts'
import { createFakeEnvironment } from '../../support/fake-environment.ts'
import { start } from '../../support/fake-wire.ts'

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

test.each([
  ['steadywire', steadywire, 'last_event_id', 'lastEventId'],
  ['plain', plain(), 'lastEventId', 'last_event_id'],
])('by default it is the one of the protocol: %s', async (_, protocol, own, other) => {
  for (const cursorParam of [undefined, 'after']) {
    const { sockets } = start({ protocol, cursorParam, lastEventId: 'e-7' })
    const { searchParams } = (await sockets.next()).url
    expect(searchParams.get(cursorParam ?? own)).toBe('e-7')
    expect(searchParams.has(other)).toBe(false)
    expect(searchParams.has(own)).toBe(!cursorParam)
  }
})
