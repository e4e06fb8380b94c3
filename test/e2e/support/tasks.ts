/** How long a page's tasks took, from Chromium's own trace. */
import type { Page } from '@playwright/test'

export interface Task {
  /** By the clock: on a busy machine that is mostly other processes' time. */
  readonly ms: number
  /** Of the processor: what the task itself took. */
  readonly cpuMs: number
}

/** https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU (Trace Event Format) */
interface TraceEvent {
  readonly name: string
  readonly pid: number
  readonly tid: number
  readonly args: { readonly name?: string }
  /** Microseconds; no event but a finished one has them. */
  readonly dur?: number
  readonly tdur?: number
}

const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`

/** All tasks of the renderers' main threads while it ran. */
export async function traceTasks(page: Page, deed: () => Promise<unknown>): Promise<Task[]> {
  const browser = page.context().browser()
  if (!browser) throw new Error('This page has no browser to trace.')
  await browser.startTracing(page, { categories: ['toplevel'] })
  await deed()
  await page.evaluate(() => new Promise((done) => setTimeout(done))) // the last task counts when it has ended
  const trace: { traceEvents: TraceEvent[] } = JSON.parse(String(await browser.stopTracing()))

  const events = trace.traceEvents
  const isMain = ({ name, args }: TraceEvent) =>
    name === 'thread_name' && args.name === 'CrRendererMain'
  const threads = new Set(events.filter(isMain).map(threadOf))
  return events
    .filter((event) => event.name.endsWith('::RunTask') && threads.has(threadOf(event)))
    .map(({ dur = 0, tdur = 0 }) => ({ ms: dur / 1000, cpuMs: tdur / 1000 }))
}

/** The one that took most of the processor's time. */
export const longest = (tasks: readonly Task[]): Task =>
  tasks.reduce((most, task) => (task.cpuMs > most.cpuMs ? task : most))
