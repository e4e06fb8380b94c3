// Event streams in the bodies of polls are read as the HTML standard says, and as a native EventSource reads them.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, type PlainOptions } from '../../../src/index.ts'
import { block, hello } from '../../support/dialogue.ts'
import { start, startPlain } from '../../support/fake-wire.ts'

/** Polls of which the first brought that body. */
async function pollStream(body: string, plainly: PlainOptions = {}) {
  const started = startPlain({ transports: [longpoll], plainly })
  ;(await started.polls.next()).answer({ body })
  const second = await started.polls.soon()
  return { ...started, second, cursor: second.url.searchParams.get('lastEventId') }
}

describe('the last event ID', () => {
  test.each(['id: 5\n\n', ': comment\nid: 5\n\n', 'id: 4\ndata: 1\n\nid: 5\nevent: n\n\n'])(
    'is set by a block without data: %j',
    async (body) => {
      const { wire, cursor } = await pollStream(body)
      expect(cursor).toBe('5')
      expect(wire.connection.lastEventId).toBe('5')
    },
  )

  test('is set by it where the server resumes, too: what comes after it is asked for', async () => {
    const { second, polls, told } = await pollStream('id: 5\n\n', { resume: 'query' })
    second.fail()
    const third = await polls.soon()
    expect(third.url.searchParams.get('lastEventId')).toBe('5')
    third.answer({ body: block('n', 6, '6') })
    expect(told('gap')).toEqual([])
    expect(told('open').at(-1)).toMatchObject({ continuity: 'resumed' })
  })

  test.each(['id:\n\n', 'id\n\n', 'id: \ndata: 2\n\n', 'id\ndata: 2\n\n'])(
    'is reset by an empty one: %j',
    async (last) => {
      const { wire, cursor } = await pollStream(`id: 5\ndata: 1\n\n${last}`)
      expect(cursor ?? '').toBe('')
      expect(wire.connection.lastEventId ?? '').toBe('')
    },
  )

  test('that was reset is none to go on from', async () => {
    const { second, polls, told } = await pollStream('id: 5\ndata: 1\n\nid\n\n', {
      resume: 'query',
    })
    second.fail()
    ;(await polls.soon()).answer({ body: block('n', 6, '6') })
    expect(told('open').at(-1)?.continuity).not.toBe('resumed')
    expect(told('gap')).toMatchObject([{ reason: 'unknown' }])
  })

  test('stays at blocks that say none, and at one with NUL in it', async () => {
    const { cursor } = await pollStream('id: 5\ndata: 1\n\ndata: 2\n\nid: 6\0\ndata: 3\n\n')
    expect(cursor).toBe('5')
  })
})

describe('byte order marks', () => {
  test('are left out once, by the browser: a second one is part of the first field', async () => {
    const one = await pollStream('\uFEFFdata: 1\n\ndata: 2\n\n')
    expect(one.got).toEqual([1, 2])
    const two = await pollStream('\uFEFF\uFEFFdata: 1\n\ndata: 2\n\n')
    expect(two.got).toEqual([2])
  })

  test('are so under the Steadywire protocol', async () => {
    const { polls, wire } = start({ transports: [longpoll] })
    ;(await polls.next()).answer({ body: `\uFEFF${hello()}` })
    expect(wire.connection.state).toBe('open')

    const other = start({ transports: [longpoll] })
    // The first line is a comment that is none any more, and no harm.
    ;(await other.polls.next()).answer({ body: `\uFEFF\uFEFF: comment\n${hello()}` })
    expect(other.wire.connection.state).toBe('open')
  })
})

describe('an id that comes twice where the server is said to resume', () => {
  const RESUME: PlainOptions = { resume: 'query' }
  const SAME = [1, 2, 3].map((data) => block('n', data, 'x')).join('')
  const AGAIN = block('n', 1, 'a') + block('n', 2, 'b') + block('n', 3, 'a')

  const protocolErrors = (told: ReturnType<typeof startPlain>['told']) =>
    told('error').filter(({ code }) => code === 'protocol')

  async function streamOf(body: string) {
    const started = startPlain({ transports: [eventsource], plainly: RESUME })
    ;(await started.sources.next()).accept(body)
    return started
  }

  test('is an error, once', async () => {
    const { told, second, polls } = await pollStream(SAME, RESUME)
    second.answer({ body: SAME })
    await polls.soon()
    expect(protocolErrors(told)).toHaveLength(1)
    expect(protocolErrors(told)[0]?.retryable).toBe(false)
  })

  test('is an error over EventSource too, where it can be told from none', async () => {
    const { told } = await streamOf(AGAIN + AGAIN)
    expect(protocolErrors(told)).toHaveLength(1)
    const polled = await pollStream(AGAIN + AGAIN, RESUME)
    expect(protocolErrors(polled.told)).toHaveLength(1)
  })

  test.each([
    ['in every block', SAME],
    ['after another one', AGAIN],
  ])('makes no difference between the transports: %s', async (_, body) => {
    const native = await streamOf(body)
    const polled = await pollStream(body, RESUME)
    const dataOf = ({ told }: Pick<typeof native, 'told'>) => told('event').map(({ data }) => data)
    expect(dataOf(native).length).toBeGreaterThan(0)
    expect(dataOf(polled)).toEqual(dataOf(native))
    expect(polled.wire.connection.lastEventId).toBe(native.wire.connection.lastEventId)
  })

  test('is none where it does not resume: all of them come', async () => {
    const { told } = await pollStream(SAME)
    expect(told('event')).toHaveLength(3)
    expect(told('error')).toEqual([])
  })
})
