// Parameters of the application that have our names: they are replaced, but not in silence.
import { describe, expect, test } from 'vitest'
import { connect, longpoll, type Options, plain, type UrlSource } from '../../../src/index.ts'
import { resumed } from '../../support/dialogue.ts'
import { createFakeEnvironment } from '../../support/fake-environment.ts'

/** Our names, as words of their own. */
const NAMES = /\b(client_id|wait|_|last_event_id)\b/

/** Connects, polls three times, and returns what the development build wrote to the console of such names. */
async function warningsOf(url: UrlSource, options: Options = {}): Promise<string[]> {
  const world = createFakeEnvironment()
  const { environment, polls, warnings } = world
  const wire = connect(url, { environment, transports: [longpoll], ...options })
  const body = options.protocol ? 'data: 1\n\n' : resumed('e-1')
  for (let count = 0; count < 3; count += 1) (await polls.soon()).answer({ body })
  await world.settle()
  wire.close()
  return warnings.map((args) => args.join(' ')).filter((text) => NAMES.test(text))
}

describe('the development build names a parameter that it replaces', () => {
  test.each([
    ['client_id', '/live?client_id=mine'],
    ['wait', '/live?a=1&wait=5'],
    ['_', '/live?_=1'],
    ['client_id', 'https://live.example/?client%5Fid=mine'],
    ['client_id', '/live?client_id'],
  ])('%s in %s, once', async (name, url) => {
    for (const source of [url, () => url, async () => url]) {
      const warnings = await warningsOf(source)
      expect(warnings).toHaveLength(1)
      expect(warnings[0]).toMatch(RegExp(`\\b${name}\\b`))
    }
  })

  test('where each transport has its own URL', async () => {
    const warnings = await warningsOf({ longpoll: '/live?client_id=mine' })
    expect(warnings).toEqual([expect.stringContaining('client_id')])
  })

  test('in the URL of POSTs alone', async () => {
    const warnings = await warningsOf({ longpoll: '/live', send: '/up?client_id=mine' })
    expect(warnings).toEqual([expect.stringContaining('client_id')])
  })

  test('that is the cursor, where it has one', async () => {
    const url = '/live?last_event_id=old'
    const warnings = await warningsOf(url, { lastEventId: 'e-0' })
    expect(warnings).toEqual([expect.stringContaining('last_event_id')])
  })

  test('under plain, which adds `_` to polls', async () => {
    const warnings = await warningsOf('/live?_=1', { protocol: plain() })
    expect(warnings).toEqual([expect.stringMatching(/\b_\b/)])
  })

  test('without its value, which may be a secret', async () => {
    const warnings = await warningsOf('/live?client_id=secret&ticket=secret')
    expect(warnings).toHaveLength(1)
    expect(warnings.join()).not.toContain('secret')
  })
})

describe('the development build says nothing', () => {
  test.each([
    '/live',
    '/live?clientid=1&waiting=2&__=3&last=4',
    '/live?CLIENT_ID=1&Wait=2',
    '/live?q=client_id=1&r=%26wait=2',
    '/live#client_id=1',
    '/live#/chat?client_id=1',
    '/client_id/wait',
  ])('of %s', async (url) => {
    expect(await warningsOf(url)).toEqual([])
  })

  test('of what plain leaves alone', async () => {
    const protocol = plain({ cacheParam: null })
    expect(await warningsOf('/live?client_id=mine&wait=5&_=1', { protocol })).toEqual([])
  })
})
