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
import { longest, traceTasks } from './support/tasks.ts'

const FLOOD = 100_000
const FLOOD_TEXT = ticks(1, FLOOD)
/** More is a long task (W3C Long Tasks). */
const LONG_TASK_MS = 50
/** On a machine so slow that this is more: what is read in slices keeps no task for longer than this part of all of it. */
const SLICE_OF_ALL = 0.5
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

const connect = (page: Page, { url }: HostileServer, rung: Rung, options: object = {}) =>
  page.evaluate(
    ([address, name, given]) => {
      lab.connect(address, { transports: [steadywire[name]], storage: null, ...given })
    },
    [url, rung, options] as const,
  )

/** Receives so many over a connection of its own. */
async function receive(page: Page, server: HostileServer, rung: Rung, count: number) {
  await connect(page, server, rung)
  await page.waitForFunction((least) => lab.recording.ticks.length >= least, count)
}

/** Ends that connection, and looks at what it brought. */
async function expectAll(page: Page, count: number) {
  const got = await page.evaluate(() => {
    lab.wire.close()
    return lab.recording.ticks.map(({ n }) => n)
  })
  expect(got).toEqual(Array.from({ length: count }, (_, index) => index + 1))
}

/** The raw transport receives all of it, and the least that makes events of it is done in the same task. */
const readAtOnce = (page: Page, { url }: HostileServer, rung: Rung) =>
  page.evaluate(
    async ([address, name, length]) => {
      const text = await new Promise<string>((done) => {
        const take = (data: string) => data.length >= length && done(data)
        if (name === 'websocket') {
          const socket = new WebSocket(address.replace('http', 'ws'))
          socket.onmessage = ({ data }) => take(data)
          return
        }

        const request = new XMLHttpRequest()
        request.onload = () => take(request.responseText)
        request.open('GET', `${address}?last_event_id=h-0`)
        request.send()
      })
      const read = (block: string) => {
        const [id = '', type, data = ''] = block.split('\n')
        const value: unknown = JSON.parse(data.slice(6))
        return { id: id.slice(4), type, value }
      }
      return text.trimEnd().split('\n\n').map(read).length
    },
    [url, rung, FLOOD_TEXT.length] as const,
  )

// A browser dispatches what an EventSource received within one task, whoever listens: that is not the client's.
test('20000 events at once come in order: eventsource', async ({ world: { page } }) => {
  const count = 20_000
  const server = await startHostile(pouring(ticks(1, count)))
  await receive(page, server, 'eventsource', count)
  await expectAll(page, count)
  await server.close()
})

for (const rung of ['websocket', 'longpoll'] as const) {
  test(`${FLOOD} events at once leave the page responsive: ${rung}`, async ({
    world: { page },
  }) => {
    const server = await startHostile(pouring(FLOOD_TEXT))
    const seen: string[] = []
    let isSmooth = false

    // In one of several: a collection of garbage may make a task longer, but hardly one in each flood.
    while (!isSmooth && seen.length < MAX_FLOODS) {
      const whole = longest(await traceTasks(page, () => readAtOnce(page, server, rung)))
      const slice = longest(await traceTasks(page, () => receive(page, server, rung, FLOOD)))
      await expectAll(page, FLOOD)
      isSmooth = slice.cpuMs <= Math.max(LONG_TASK_MS, whole.cpuMs * SLICE_OF_ALL)
      seen.push(`${slice.cpuMs.toFixed(0)} ms, at once ${whole.cpuMs.toFixed(0)} ms`)
    }

    const description = seen.join('; ')
    test.info().annotations.push({ type: 'longest task', description })
    expect(isSmooth, description).toBe(true)
    await server.close()
  })
}

for (const rung of rungs) {
  test(`an event of 10 MB is skipped with an error and one gap: ${rung}`, async ({
    world: { page },
  }) => {
    const huge = `id: e-1\nevent: tick\ndata: {"n":1,"s":"${'x'.repeat(10_000_000)}"}\n\n`
    const server = await startHostile(pouring(huge, ticks(2, 3)))
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
