// Found by review, third round.
import { describe, expect, test } from 'vitest'
import { eventsource, steadywire } from '../../../src/index.ts'
import { block, hello } from '../../support/dialogue.ts'
import { outcomeOf, start } from '../../support/fake-wire.ts'
import { QUIET, startStream } from '../upstream/http-stream.ts'

const SEE_OTHER = 'https://live.example/done'

describe('a POST that was processed and answered 303', () => {
  test.each([408, 425, 429, 503])(
    'plain does not post again where the GET is answered %i',
    async (status) => {
      const { wire, posts, advance } = await startStream('EventSource', { plainly: {} })
      wire.send('chat', 1)
      ;(await posts.next()).answer({ status, contentType: '', url: SEE_OTHER })
      await advance(60_000)
      expect(posts.all.length).toBe(1)
    },
  )
  test('is not told as unauthorized where the GET is answered 403', async () => {
    const { wire, posts, settle } = await startStream('EventSource', { plainly: {} })
    const sent = wire.send('chat', 1)
    ;(await posts.next()).answer({ status: 403, contentType: '', url: SEE_OTHER })
    await settle()
    expect(await outcomeOf(sent)).toEqual({ code: 'outcome-unknown' })
  })
})

test('plain: a message sent as the page comes back is not given up', async () => {
  const { wire, page, settle, advance, sources, posts } = await startStream('EventSource', {
    plainly: {},
  })
  page.pagehide(true)
  await settle()
  let sent: Promise<unknown> = Promise.resolve()
  page.window.addEventListener('pageshow', () => {
    sent = wire.send('chat', 1)
  })
  page.pageshow(true)
  await advance(10)
  expect(await outcomeOf(sent)).toBe('pending')
  ;(await sources.soon()).open()
  expect((await posts.soon()).body).toBe('1')
})

test('a reader that throws at an EventSource event loses it not in silence', async () => {
  const { sources, told, settle } = start({
    transports: [eventsource],
    protocol: {
      ...steadywire,
      read(receiver, request) {
        const reader = steadywire.read(receiver, request)
        return {
          ...reader,
          event(given, isReset) {
            if (given.type === 'n') throw new RangeError('own')
            reader.event(given, isReset)
          },
        }
      },
    },
  })
  const source = await sources.next()
  source.accept(hello('e-0', QUIET))
  await settle()
  try {
    source.receive(block('n', 1, 'e-1'))
  } catch {}
  await settle()
  expect(told('retry')).toMatchObject([{ cause: { reason: 'protocol' } }])
})
