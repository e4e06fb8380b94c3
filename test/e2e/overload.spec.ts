/** Too much at once: the page stays responsive, the order is kept, what is too large is skipped and told (the promise, 4 and I9). */
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { type Rung, rungs } from './support/client.ts'
import {
  answer,
  type HostileServer,
  hello,
  type Script,
  startHostile,
  ticks,
} from './support/hostile.ts'
import { installLab } from './support/lab.ts'

const FLOOD = 100_000
/** Tasks over 50 ms count as long (W3C Long Tasks); on a machine that is busy otherwise all takes longer. */
const LONG_TASK_MS = 50

/** The same text on each rung, in one frame or body, right after the hello. */
const pouring = (text: string, after = ''): Script => ({
  websocket(socket) {
    socket.send(hello())
    socket.send(text)
    if (after) socket.send(after)
  },
  http(request, response) {
    const isPoll = request.headers.accept !== 'text/event-stream'
    const isFirst = !isPoll || /wait=0/.test(request.url ?? '')
    if (isFirst) answer(response).write(hello())
    else if (!/last_event_id=h-0/.test(request.url ?? ''))
      return // a poll that is held
    else answer(response)
    if (isPoll && isFirst) response.end()
    else {
      response.write(text + after)
      if (isPoll) response.end()
    }
  },
})

const openPage = async (page: Page, origin: string) => {
  await page.addInitScript(installLab)
  await page.goto(origin)
}

const connect = (page: Page, { url }: HostileServer, rung: Rung, options: object = {}) =>
  page.evaluate(
    ([address, name, given]) => {
      lab.connect(address, { transports: [steadywire[name]], storage: null, ...given })
    },
    [url, rung, options] as const,
  )

/** Watches for long tasks from now on. */
const watchTasks = (page: Page) =>
  page.evaluate(() => {
    const tasks: number[] = []
    new PerformanceObserver((list) => {
      tasks.push(...list.getEntries().map(({ duration }) => duration))
    }).observe({ entryTypes: ['longtask'] })
    Object.assign(globalThis, { tasks, begun: performance.now() })
  })

/** The longest task since, and how long all of it took. */
const longestTask = (page: Page) =>
  page.evaluate(() => {
    const { tasks, begun } = globalThis as unknown as { tasks: number[]; begun: number }
    return { longestMs: Math.max(0, ...tasks), tookMs: performance.now() - begun }
  })

/** A browser dispatches what an EventSource received within one task, whoever listens: the yardstick for ours. */
const pourIntoRawEventSource = async (page: Page, { url }: HostileServer) => {
  await watchTasks(page)
  await page.evaluate(
    ([address, count]) =>
      new Promise<void>((done) => {
        const source = new EventSource(address)
        let left = count
        source.addEventListener('tick', () => {
          left -= 1
          if (left > 0) return
          source.close()
          done()
        })
      }),
    [url, FLOOD] as const,
  )
  const { longestMs } = await longestTask(page)
  return longestMs
}

for (const rung of rungs) {
  test(`${FLOOD} events at once leave the page responsive: ${rung}`, async ({ page, world }) => {
    const server = await startHostile(pouring(ticks(1, FLOOD)))
    await openPage(page, world.backend.origin)
    const rawMs = rung === 'eventsource' ? await pourIntoRawEventSource(page, server) : 0
    await watchTasks(page)
    await connect(page, server, rung)
    await page.waitForFunction((count) => lab.recording.ticks.length >= count, FLOOD)
    const { longestMs, tookMs } = await longestTask(page)
    const numbers = await page.evaluate(() => lab.recording.ticks.map(({ n }) => n))
    expect(numbers).toEqual(Array.from({ length: FLOOD }, (_, index) => index + 1))
    test.info().annotations.push({
      type: 'longest task',
      description: `${longestMs.toFixed(0)} of ${tookMs.toFixed(0)} ms, raw ${rawMs.toFixed(0)} ms`,
    })
    // As shares, not as times: a machine that is busy otherwise takes longer over all of it.
    expect(longestMs).toBeLessThanOrEqual(Math.max(LONG_TASK_MS, tookMs / 5, 2 * rawMs))
    await server.close()
  })

  test(`an event of 10 MB is skipped with an error and one gap: ${rung}`, async ({
    page,
    world,
  }) => {
    const huge = `id: e-1\nevent: tick\ndata: {"n":1,"s":"${'x'.repeat(10_000_000)}"}\n\n`
    const server = await startHostile(pouring(huge, ticks(2, 3)))
    await openPage(page, world.backend.origin)
    await connect(page, server, rung)
    await page.waitForFunction(() => lab.recording.ticks.length >= 2)
    const { happenings, ticks: got } = await page.evaluate(() => lab.recording)
    expect(got.map(({ n }) => n)).toEqual([2, 3])
    expect(happenings.filter(({ type }) => type === 'gap')).toMatchObject([
      { detail: { reason: 'oversized', to: 'e-1' }, ticks: 0 },
    ])
    expect(happenings.find(({ type }) => type === 'error')).toMatchObject({
      detail: { code: 'too-large' },
    })
    await server.close()
  })
}

test('an application that sends faster than the network is told, and told when there is room', async ({
  world,
}) => {
  const { page, client, proxy } = world
  await client.connect({ rungs: ['websocket'] })
  await client.openOver('websocket')
  proxy.set({ bytesPerSecond: 20_000 })
  const { codes, full, peak } = await page.evaluate(async () => {
    const codes: string[] = []
    const sends = Array.from({ length: 1500 }, (_, n) =>
      lab.wire.send('echo', { n }).then(
        () => codes.push('resolved'),
        ({ code }: { code: string }) => codes.push(code),
      ),
    )
    await Promise.resolve()
    const full = codes.length
    const peak = lab.wire.bufferedBytes
    await Promise.all(sends)
    return { codes, full, peak }
  })
  expect(full, 'told at once').toBe(500)
  expect(codes.filter((code) => code === 'queue-full')).toHaveLength(500)
  expect(codes.filter((code) => code === 'resolved')).toHaveLength(1000)
  expect(peak).toBeGreaterThan(0)
  await client.happened('drain')
  expect(await page.evaluate(() => lab.wire.bufferedBytes)).toBe(0)
})
