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
import { type Task, traceTasks } from './support/tasks.ts'

const FLOOD = 100_000
/** More is a long task (W3C Long Tasks). */
const LONG_TASK_MS = 50
const MAX_FLOODS = 3

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

const all = Array.from({ length: FLOOD }, (_, index) => index + 1)

/** Receives all of it over a connection of its own. */
const receiveFlood = async (page: Page, server: HostileServer, rung: Rung) => {
  await connect(page, server, rung)
  await page.waitForFunction((count) => lab.recording.ticks.length >= count, FLOOD)
  expect(await page.evaluate(() => lab.recording.ticks.map(({ n }) => n))).toEqual(all)
  await page.evaluate(() => lab.wire.close())
}

/** In one of several: a collection of garbage may make a task longer, but hardly one in each flood. */
const isSmooth = (floods: readonly Task[]) => floods.some(({ cpuMs }) => cpuMs <= LONG_TASK_MS)

// A browser dispatches what an EventSource received within one task, whoever listens: that is not the client's.
test(`${FLOOD} events at once come in order: eventsource`, async ({ page, world }) => {
  const server = await startHostile(pouring(ticks(1, FLOOD)))
  await openPage(page, world.backend.origin)
  await receiveFlood(page, server, 'eventsource')
  await server.close()
})

for (const rung of ['websocket', 'longpoll'] as const) {
  test(`${FLOOD} events at once leave the page responsive: ${rung}`, async ({ page, world }) => {
    test.setTimeout(90_000)
    const server = await startHostile(pouring(ticks(1, FLOOD)))
    await openPage(page, world.backend.origin)
    const floods: Task[] = []
    while (!isSmooth(floods) && floods.length < MAX_FLOODS) {
      const tasks = await traceTasks(page, () => receiveFlood(page, server, rung))
      floods.push({
        ms: Math.max(...tasks.map(({ ms }) => ms)),
        cpuMs: Math.max(...tasks.map(({ cpuMs }) => cpuMs)),
      })
    }
    const description = floods
      .map(({ ms, cpuMs }) => `${cpuMs.toFixed(0)} ms of the processor within ${ms.toFixed(0)} ms`)
      .join('; ')
    test.info().annotations.push({ type: 'longest task', description })
    expect(isSmooth(floods), description).toBe(true)
    await server.close()
  })
}

for (const rung of rungs) {
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
