/** All that one test needs: a server, the fault proxy before it, a page with the client, load both ways, and the check. */
import { writeFileSync } from 'node:fs'
import { expect, type Page, type TestInfo } from '@playwright/test'
import { createFaultProxy, type FaultProxy, type SeenRequest } from '../../../demo/faults/index.ts'
import { type Backend, type BackendOptions, startBackend } from './backend.ts'
import { nothingWrong, tally } from './check.ts'
import { type Client, createClient } from './client.ts'
import type { Journal } from './journal.ts'
import { installLab, type Recording } from './lab.ts'
import { createLoad, type Load } from './load.ts'
import type { EnginePage } from './page.ts'

export interface World<P extends EnginePage = Page> {
  readonly page: P
  readonly backend: Backend
  readonly proxy: FaultProxy
  /** The stream's URL, through the proxy: another origin than the page's. */
  readonly url: string
  /** Every request that the proxy saw, preflights included. */
  readonly requests: readonly SeenRequest[]
  readonly client: Client
  readonly load: Load
  /** Ticks and messages, so many a second, until `expectWhole`. */
  startTraffic(ticksPerSecond: number, messagesPerSecond: number): Promise<void>
  /**
   * Ends the traffic, waits until all of it has arrived, and asserts that nothing was lost, doubled or reordered either
   * way, that no gap was told, and that never more than one connection was promoted. All ticks count, from number
   * `first` on (1 by default): the traffic is to be started when the stream is open, or the client be given a cursor.
   */
  expectWhole(first?: number): Promise<Recording>
  /** As `expectWhole`, for the events alone. */
  expectDown(first?: number): Promise<Recording>
  /** On a failure: what the client told, for the report. */
  report(info: TestInfo): Promise<void>
  close(): Promise<void>
}

const gapsOf = ({ happenings }: Recording) => happenings.filter(({ type }) => type === 'gap')

const print = ({ n, id }: { n: number; id: string }) => `${n} ${id}`

/** What holds whatever a server forgets. A page can't be open more often than the server opened to it. */
export function expectOrderly(journal: Journal, recording: Recording): void {
  const { happenings, mostActive, unproven } = recording
  const opens = happenings.filter(({ type }) => type === 'open' || type === 'transport')
  expect.soft(mostActive, 'promoted at once').toBeLessThanOrEqual(1)
  expect.soft(unproven, 'open before the hello').toBe(0)
  expect.soft(opens.length, 'open').toBeLessThanOrEqual(journal.opened.length)
  expect.soft(journal.errors, 'errors in the server').toEqual([])
}

const STREAM_EVENTS = new Set(['open', 'retry', 'transport', 'gap'])

/** What fails only on the way up is felt only there: the first connection is the last. */
export function expectUntouched({ happenings }: Recording): void {
  const told = happenings.map(({ type }) => type).filter((type) => STREAM_EVENTS.has(type))
  expect.soft(told, 'the stream').toEqual(['open'])
}

function expectEvents({ journal }: Backend, recording: Recording, first: number): void {
  const expected = journal.ticks.filter(({ n }) => n >= first)
  const down = tally(expected.map(print), recording.ticks.map(print))
  expect.soft(down, 'events').toMatchObject(nothingWrong)
  expect.soft(gapsOf(recording), 'gaps').toEqual([])
  expectOrderly(journal, recording)
}

function expectMessages({ journal }: Backend, recording: Recording): void {
  const sent = Array.from({ length: recording.sent }, (_, index) => String(index + 1))
  const up = tally(sent, journal.processed.map(String))
  const acks = tally(sent, recording.replies.map(String))
  expect.soft(up, 'messages').toMatchObject(nothingWrong)
  expect.soft(acks, 'replies').toMatchObject(nothingWrong)
  expect.soft(recording.failures, 'messages rejected').toEqual([])
}

/** What nobody caught in a page, by the page: one may see several worlds, and carries the lab through all of them. */
const uncaught = new WeakMap<EnginePage, string[]>()

/** Stock Firefox reports the console's lines on a broken network as errors of the page. */
const CONSOLE_LINE = /was interrupted|can’t establish a connection|Same Origin Policy disallows/

async function prepare(page: EnginePage): Promise<string[]> {
  const known = uncaught.get(page)
  if (known) return known

  const errors: string[] = []
  uncaught.set(page, errors)
  page.on('pageerror', ({ message, stack }) => {
    if (!CONSOLE_LINE.test(message)) errors.push(message, String(stack))
  })
  await page.addInitScript(installLab)
  return errors
}

/** `leave` ends what the page runs; by default the page with it. */
export async function openWorld<P extends EnginePage>(
  page: P,
  options: BackendOptions,
  leave: () => Promise<void> = () => page.close(),
): Promise<World<P>> {
  const backend = await startBackend(options)
  const proxy = await createFaultProxy({ targetPort: backend.port })
  const requests: SeenRequest[] = []
  proxy.onRequest((request) => requests.push(request))
  const url = `${proxy.url}/live`
  const client = createClient(page, url)
  const load = createLoad(backend)
  const pageErrors = await prepare(page)
  pageErrors.length = 0
  await page.goto(backend.origin)

  return {
    page,
    backend,
    proxy,
    url,
    requests,
    client,
    load,
    async startTraffic(ticksPerSecond, messagesPerSecond) {
      load.start(ticksPerSecond)
      await client.startSending(messagesPerSecond)
    },
    async expectWhole(first = 1) {
      load.stop()
      await client.stopSending()
      await client.received(load.last)
      await client.settled()
      const recording = await client.recording()
      expectEvents(backend, recording, first)
      expectMessages(backend, recording)
      return recording
    },
    async expectDown(first = 1) {
      load.stop()
      await client.received(load.last)
      const recording = await client.recording()
      expectEvents(backend, recording, first)
      return recording
    },
    async report(info) {
      if (info.status === info.expectedStatus) return
      const seen = await page
        .evaluate(() => {
          const attempts = lab.recordings.length > 0 && lab.wire.connection.attempts
          return lab.toJson([lab.recording, attempts])
        })
        .catch(String)
      const all = { seen, requests, journal: backend.journal, faults: proxy.state }
      writeFileSync(info.outputPath('world.json'), JSON.stringify(all, null, 1))
    },
    async close() {
      load.stop()
      await leave()
      await proxy.close()
      await backend.close()
      expect(pageErrors, 'errors that nobody caught in the page').toEqual([])
    },
  }
}
