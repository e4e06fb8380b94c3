// The demo's application: what it takes, what it refuses, and how it ticks.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createApp } from '../app.ts'
import { MessageRefused } from '../index.ts'
import { createTicker } from '../ticker.ts'

function startApp() {
  const published: { type: string; data: { n: number; at: number } }[] = []
  const app = createApp(async (type, data) => {
    published.push({ type, data: JSON.parse(data) })
    return `id-${published.length}`
  })
  const send = async (type: string, data: string) =>
    app.onMessage({ type, data, seq: 1, clientId: 'c1', user: undefined })
  return { app, published, send }
}

describe('a chat message', () => {
  test('is published with its time, and answered with its id', async () => {
    const { published, send } = startApp()
    const before = Date.now()
    expect(await send('chat', '{"from":"Ann","text":" hi\\n","more":1}')).toEqual({ id: 'id-1' })
    expect(published).toEqual([
      { type: 'chat', data: { from: 'Ann', text: ' hi\n', at: expect.any(Number) } },
    ])
    const at = published[0]?.data.at
    expect(at).toBeGreaterThanOrEqual(before)
    expect(at).toBeLessThanOrEqual(Date.now())
  })

  test('may have 2,000 characters', async () => {
    const { published, send } = startApp()
    await send('chat', JSON.stringify({ from: 'x'.repeat(100), text: 'y'.repeat(2_000) }))
    expect(published).toHaveLength(1)
  })

  test.each([
    ['no text', { from: 'Ann' }],
    ['an empty text', { from: 'Ann', text: '' }],
    ['a blank text', { from: 'Ann', text: ' \n' }],
    ['a text that is too long', { from: 'Ann', text: 'x'.repeat(2_001) }],
    ['a text that is none', { from: 'Ann', text: 5 }],
    ['no sender', { text: 'hi' }],
    ['a blank sender', { from: ' ', text: 'hi' }],
    ['a sender that is too long', { from: 'x'.repeat(101), text: 'hi' }],
    ['null', null],
  ])('with %s is refused', async (_, data) => {
    const { published, send } = startApp()
    const refusal = expect.objectContaining({ name: 'MessageRefused', code: 'bad-chat' })
    await expect(send('chat', JSON.stringify(data))).rejects.toEqual(refusal)
    expect(published).toEqual([])
  })

  test('that is no JSON is refused', async () => {
    await expect(startApp().send('chat', 'hi')).rejects.toBeInstanceOf(MessageRefused)
  })
})

describe('an echo', () => {
  test.each([
    ['JSON', '{"a":[1,null]}', { a: [1, null] }],
    ['a text', 'plain', 'plain'],
  ])('returns %s', async (_, data, reply) => {
    expect(await startApp().send('echo', data)).toEqual(reply)
  })
})

test.each(['unknown', 'constructor', '__proto__', 'toString'])('"%s" is refused', async (type) => {
  const refusal = expect.objectContaining({ code: 'unknown-type' })
  await expect(startApp().send(type, '{}')).rejects.toEqual(refusal)
})

describe('the ticker', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.restoreAllMocks()
    vi.useRealTimers()
  })

  test('stands still at first', () => {
    const { published } = startApp()
    vi.advanceTimersByTime(10_000)
    expect(published).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  test.each([1, 7, 60, 500])('ticks %d times a second, numbered, with the time', (perSecond) => {
    const { app, published } = startApp()
    app.ticker.setRate(perSecond)
    const start = Date.now()
    vi.advanceTimersByTime(10_000)
    expect(published.length).toBeGreaterThanOrEqual(perSecond * 10 - 1)
    expect(published.length).toBeLessThanOrEqual(perSecond * 10)
    published.forEach(({ type, data }, index) => {
      expect(type).toBe('tick')
      const { n, at } = data
      expect(n).toBe(index + 1)
      expect(Math.abs(at - start - (n * 1_000) / perSecond)).toBeLessThanOrEqual(2)
    })
    app.ticker.setRate(0)
  })

  test('changes its rate with a message, goes on counting, and can be paused', async () => {
    const { app, published, send } = startApp()
    app.ticker.setRate(1)
    vi.advanceTimersByTime(2_000)
    expect(await send('rate', '{"perSecond":100}')).toEqual({ perSecond: 100 })
    expect(app.ticker.perSecond).toBe(100)
    vi.advanceTimersByTime(1_000)
    expect(published).toHaveLength(102)
    expect(await send('rate', '{"perSecond":0}')).toEqual({ perSecond: 0 })
    vi.advanceTimersByTime(10_000)
    expect(published.map(({ data }) => data.n).at(-1)).toBe(102)
    expect(vi.getTimerCount()).toBe(0)
  })

  test.each(['{"perSecond":-1}', '{"perSecond":501}', '{"perSecond":"9"}', '{}', '5'])(
    'refuses the rate %s',
    async (data) => {
      const { app, send } = startApp()
      const refusal = expect.objectContaining({ code: 'bad-rate' })
      await expect(send('rate', data)).rejects.toEqual(refusal)
      expect(app.ticker.perSecond).toBe(0)
    },
  )

  test('counts from 1 again after a restart', () => {
    const { app, published } = startApp()
    app.ticker.setRate(10)
    vi.advanceTimersByTime(500)
    app.ticker.restart()
    vi.advanceTimersByTime(100)
    expect(published.at(-1)?.data).toMatchObject({ n: 1 })
    app.ticker.setRate(0)
  })

  test.each([
    [1e-8, 1e11],
    [1e-6, 1e9],
  ])('waits as long as the rate %d says: %d ms', (perSecond, ms) => {
    const { app, published } = startApp()
    const timers = vi.spyOn(globalThis, 'setTimeout')
    app.ticker.setRate(perSecond)
    vi.advanceTimersByTime(ms - 1)
    expect(published).toHaveLength(0)
    vi.advanceTimersByTime(1)
    expect(published).toHaveLength(1)
    // No timer of Node holds that long, and one that is set so fires at once.
    for (const [, delay] of timers.mock.calls) expect(delay).toBeLessThan(2 ** 31)
    expect(timers.mock.calls.length).toBeLessThan(2 + ms / 2 ** 30)
    app.ticker.setRate(0)
  })

  test('never ticks at a rate that is next to none', () => {
    const { app, published } = startApp()
    const timers = vi.spyOn(globalThis, 'setTimeout')
    app.ticker.setRate(Number.MIN_VALUE)
    vi.advanceTimersByTime(1e11)
    expect(published).toEqual([])
    expect(timers.mock.calls.length).toBeLessThan(100)
    app.ticker.setRate(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('goes on where the clock is put back', () => {
    const { app, published } = startApp()
    app.ticker.setRate(10)
    vi.advanceTimersByTime(1_000)
    vi.setSystemTime(Date.now() - 3_600_000)
    vi.advanceTimersByTime(1_000)
    expect(published.length).toBeGreaterThanOrEqual(18)
    expect(published.length).toBeLessThanOrEqual(20)
    app.ticker.setRate(0)
  })

  test.each([0, 1e-8, 100])('takes the rate %d within a tick', (perSecond) => {
    const numbers: number[] = []
    const ticker = createTicker((n) => {
      numbers.push(n)
      if (n === 1) ticker.setRate(perSecond)
    })
    ticker.setRate(10)
    vi.advanceTimersByTime(1_100)
    expect(numbers).toHaveLength(perSecond === 100 ? 101 : 1)
    expect(vi.getTimerCount()).toBe(perSecond === 0 ? 0 : 1)
    ticker.setRate(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('makes no burst of more than a second after a sleep', () => {
    const { app, published } = startApp()
    app.ticker.setRate(100)
    vi.setSystemTime(Date.now() + 3_600_000)
    vi.advanceTimersByTime(20)
    expect(published.length).toBeGreaterThan(50)
    expect(published.length).toBeLessThan(110)
    app.ticker.setRate(0)
  })
})
