/** How long a page just loaded waits for its first event, over a raw transport or over Steadywire. */
import type { Browser, Page } from 'playwright'
import { createFaultProxy, type FaultProxy, type SeenRequest } from '../../../demo/faults/index.ts'
import { type Backend, startBackend } from '../../../test/e2e/support/backend.ts'
import type { Rung } from '../../../test/e2e/support/client.ts'
import { NAME_HELPER } from '../name-helper.ts'

export interface Contender {
  readonly client: 'raw' | 'Steadywire'
  /** Without one Steadywire negotiates. */
  readonly rung?: Rung
}

export interface FirstEvent {
  readonly ms: number
  /** Of every kind, as the network saw them until then. */
  readonly requests: number
}

/** A stream that has an event ready, behind the fault proxy. */
export interface Stage {
  readonly backend: Backend
  readonly proxy: FaultProxy
  /** Since the beginning of the last measurement. */
  readonly requests: SeenRequest[]
  /** The id before the event's. */
  readonly cursor: string
  close(): Promise<void>
}

interface Wanted extends Contender {
  readonly url: string
  readonly cursor: string
}

export async function openStage(): Promise<Stage> {
  const backend = await startBackend({})
  const proxy = await createFaultProxy({ targetPort: backend.port })
  const requests: SeenRequest[] = []
  proxy.onRequest((request) => requests.push(request))
  for (const n of [1, 2]) await backend.server.publish('tick', JSON.stringify({ n }))

  return {
    backend,
    proxy,
    requests,
    cursor: String(backend.journal.ticks[0]?.id),
    async close() {
      await proxy.close()
      await backend.close()
    },
  }
}

/** Runs in the page: it must not refer to anything outside of itself. */
function waitForFirst({ client, rung, url, cursor }: Wanted) {
  return new Promise<{ ms: number; atMs: number }>((done) => {
    const raw = `${url}?last_event_id=${cursor}`
    const start = performance.now()
    function finish(stream?: { close(): void }) {
      done({ ms: performance.now() - start, atMs: Date.now() })
      stream?.close()
    }

    if (client === 'Steadywire') {
      const transports = rung && { transports: [steadywire[rung]] }
      const wire = steadywire.connect(url, { lastEventId: cursor, ...transports })
      wire.once('tick', () => finish(wire))
    } else if (rung === 'websocket') {
      const socket = new WebSocket(raw.replace('http', 'ws'))
      socket.onmessage = ({ data }) => String(data).includes('event: tick') && finish(socket)
    } else if (rung === 'eventsource') {
      const source = new EventSource(raw)
      source.addEventListener('tick', () => finish(source))
    } else {
      const request = new XMLHttpRequest()
      request.open('GET', `${raw}&wait=0`)
      request.onload = () => request.responseText.includes('event: tick') && finish()
      request.send()
    }
  })
}

async function measure(page: Page, stage: Stage, contender: Contender): Promise<FirstEvent> {
  const { proxy, requests, cursor } = stage
  requests.length = 0
  const wanted = { ...contender, url: `${proxy.url}/live`, cursor }
  const { ms, atMs } = await page.evaluate(waitForFirst, wanted)
  return { ms, requests: requests.filter((request) => request.atMs <= atMs).length }
}

/** A page in a fresh browser context. */
async function openPage(browser: Browser, stage: Stage): Promise<Page> {
  const context = await browser.newContext()
  await context.addInitScript(NAME_HELPER)
  const page = await context.newPage()
  await page.goto(stage.backend.origin)
  return page
}

/** One page load for each, in one browser context whose storage is cleared between them. */
export async function measureTurns(
  browser: Browser,
  stage: Stage,
  turns: readonly Contender[],
): Promise<readonly FirstEvent[]> {
  const page = await openPage(browser, stage)
  const results: FirstEvent[] = []

  for (const contender of turns) {
    await page.evaluate(() => localStorage.clear())
    await page.reload()
    results.push(await measure(page, stage, contender))
    // No contender may use a connection that another one has opened.
    stage.proxy.cut()
  }

  await page.context().close()
  return results
}

/** Two page loads in a row, in a fresh browser context. */
export async function measureVisits(
  browser: Browser,
  stage: Stage,
  contender: Contender,
): Promise<readonly [first: FirstEvent, next: FirstEvent]> {
  const page = await openPage(browser, stage)
  const first = await measure(page, stage, contender)
  // What still hangs in the proxy.
  stage.proxy.cut()
  await page.reload()
  const next = await measure(page, stage, contender)
  await page.context().close()
  stage.proxy.cut()
  return [first, next]
}
