/** One fault, under load: a fresh server, proxy and page, and how long the page receives nothing. */
import type { Browser, Page } from 'playwright'
import { createFaultProxy, type FaultProxy } from '../../../demo/faults/index.ts'
import { tally } from '../../../test/e2e/support/check.ts'
import { NAME_HELPER } from '../name-helper.ts'
import { beginListening } from './page.ts'
import type { NumberedServer } from './servers.ts'

export interface Subject {
  /** The client's, in the page. */
  readonly name: string
  start(): Promise<NumberedServer>
}

export type Fault = 'reset' | 'restart' | 'sleep'

export interface Outcome {
  /** From the fault, or from waking, to the next event; `Infinity` when none came in time. */
  readonly silenceMs: number
  readonly published: number
  readonly lost: number
  readonly doubled: number
}

const PER_SECOND = 200
/** Before the fault: by then a client that switches to a better transport has done so. */
const EVENTS_BEFORE = 200
const EVENTS_AFTER = 100
const EVENTS_ASLEEP = 40
/** How long the restarted server is gone. */
export const GONE_MS = 1000
/** Longer than every client's heartbeat. */
export const SLEEP_MS = 60_000
/** Longer than any client waits by itself after a first loss. */
export const PATIENCE_MS = 10_000
const POLLING = { polling: 25 }

interface Load {
  /** The number of the last event. */
  readonly last: number
  /** Settles when `count` more are published. */
  more(count: number): Promise<void>
  stop(): void
}

function startLoad(publish: (n: number) => void): Load {
  const startMs = performance.now()
  let last = 0

  // By the clock, since timers drift: a late turn publishes what is due.
  const timer = setInterval(() => {
    const due = ((performance.now() - startMs) * PER_SECOND) / 1000
    while (last < due) publish(++last)
  }, 5)

  return {
    get last() {
      return last
    },
    async more(count) {
      const enough = last + count
      while (last < enough) await pause(10)
    },
    stop: () => clearInterval(timer),
  }
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms))

async function openPage(browser: Browser, url: string, fault: Fault): Promise<Page> {
  const context = await browser.newContext()
  await context.addInitScript(`${NAME_HELPER}; globalThis.realNow = Date.now.bind(Date)`)
  if (fault === 'sleep') await context.clock.install()
  const page = await context.newPage()
  await page.goto(url)
  return page
}

interface Felt {
  /** When it began for the page, by the machine's clock. */
  readonly atMs: number
  /** The last event that can have come over a connection from before it. */
  readonly last: number
}

interface Scene {
  readonly proxy: FaultProxy
  readonly server: NumberedServer
  readonly load: Load
}

async function reset({ proxy, load }: Scene): Promise<Felt> {
  const felt = { atMs: Date.now(), last: load.last }
  proxy.cut()
  return felt
}

async function restart(scene: Scene): Promise<Felt> {
  const { proxy, server } = scene
  proxy.set({ network: 'refuse' })
  const felt = await reset(scene)
  await server.restart()
  await pause(felt.atMs + GONE_MS - Date.now())
  proxy.set({ network: 'pass' })
  return felt
}

async function sleep({ proxy, server, load }: Scene, page: Page): Promise<Felt> {
  // No client may wake to a spare connection, which would have been ended long before.
  proxy.cut({ kind: 'idle' })
  await load.more(EVENTS_ASLEEP)
  const { last } = load

  // Open connections are dead from here on, and no event of the page says so.
  proxy.set({ network: 'half-open' })
  server.giveUp()
  await load.more(EVENTS_ASLEEP)
  proxy.set({ network: 'pass' })

  const atMs = Date.now()
  await page.clock.fastForward(SLEEP_MS)
  return { atMs, last }
}

function cause(fault: Fault, page: Page, scene: Scene): Promise<Felt> {
  if (fault === 'reset') return reset(scene)
  return fault === 'restart' ? restart(scene) : sleep(scene, page)
}

/** Waits for an event after that number. */
async function arrived(page: Page, after: number, timeout: number): Promise<boolean> {
  const wanted = (n: number) => arrivals.some(([one]) => one > n)
  return page.waitForFunction(wanted, after, { ...POLLING, timeout }).then(
    () => true,
    () => false,
  )
}

const countTo = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index))

async function judge(page: Page, load: Load, { atMs, last }: Felt): Promise<Outcome> {
  const found = await page.evaluate(() => arrivals)
  const next = found.find(([n]) => n > last)
  const expected = countTo(found[0]?.[0] ?? 1, load.last)
  const { lost, duplicated } = tally(
    expected,
    found.map(([n]) => String(n)),
  )
  return {
    silenceMs: next ? next[1] - atMs : Number.POSITIVE_INFINITY,
    published: expected.length,
    lost,
    doubled: duplicated,
  }
}

export async function runTurn(
  browser: Browser,
  pageUrl: string,
  subject: Subject,
  fault: Fault,
): Promise<Outcome> {
  const server = await subject.start()
  const proxy = await createFaultProxy({ targetPort: server.port })
  const load = startLoad(server.publish)

  try {
    const page = await openPage(browser, pageUrl, fault)
    await page.evaluate(beginListening, [subject.name, `${proxy.url}/live`] as const)
    await page.waitForFunction((least) => arrivals.length >= least, EVENTS_BEFORE, POLLING)

    const felt = await cause(fault, page, { proxy, server, load })
    if (await arrived(page, felt.last, PATIENCE_MS)) await load.more(EVENTS_AFTER)
    load.stop()
    // The last events, unless none come any more.
    await arrived(page, load.last - 1, 1000)

    const outcome = await judge(page, load, felt)
    await page.context().close()
    return outcome
  } finally {
    load.stop()
    await proxy.close()
    await server.close()
  }
}
