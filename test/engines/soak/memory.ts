/** How much memory a page uses, as far as its engine tells, and whether that is flat. */
import { readdirSync, readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import type { EnginePage } from '../../e2e/support/page.ts'
import type { Engine } from '../support/launch.ts'

export interface MemoryProbe {
  /** What is measured. */
  readonly what: string
  /** Growth that is no leak, in bytes. */
  readonly allowedBytes: number
  read(): Promise<number>
}

const MIB = 2 ** 20

/**
 * Growth, as `growthOf` tells it, that is no leak, for each engine's source of numbers. In Chromium nothing but what is on its
 * way lies in the heap after a collection: runs of 6 to 10 minutes gave 0.1 and 0.2 MiB. Elsewhere garbage counts, which
 * nobody outside can have collected: -29 and 4 MiB in Firefox, whose saw has teeth of 60, and 4 and 11 in WebKitGTK.
 */
export const allowedBytes: Readonly<Record<Engine, number>> = {
  chromium: MIB,
  firefox: 32 * MIB,
  webkit: 24 * MIB,
}

/** Of the processes that render pages. */
const RENDERERS: Readonly<Record<Exclude<Engine, 'chromium'>, RegExp>> = {
  firefox: /-contentproc.*\btab\b/,
  webkit: /WebKitWebProcess/,
}

async function probeHeap(page: Page): Promise<MemoryProbe> {
  const session = await page.context().newCDPSession(page)
  return {
    what: 'heap after a collection',
    allowedBytes: allowedBytes.chromium,
    async read() {
      await session.send('HeapProfiler.collectGarbage')
      return (await session.send('Runtime.getHeapUsage')).usedSize
    },
  }
}

const readProcess = (pid: string, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return '' // it has ended
  }
}

/** The processes that this one started, and theirs. */
function descendants(): string[] {
  const parents = new Map<string, string>()
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const parent = /\nPPid:\s*(\d+)/.exec(readProcess(pid, 'status'))?.[1]
    if (parent !== undefined) parents.set(pid, parent)
  }
  const isOurs = (pid: string | undefined): boolean =>
    pid !== undefined && (pid === String(process.pid) || isOurs(parents.get(pid)))
  return [...parents.keys()].filter((pid) => isOurs(parents.get(pid)))
}

function probeProcesses(engine: keyof typeof RENDERERS): MemoryProbe {
  const renderer = RENDERERS[engine]
  return {
    what: 'resident memory of the page’s processes',
    allowedBytes: allowedBytes[engine],
    async read() {
      const sizes = descendants()
        .filter((pid) => renderer.test(readProcess(pid, 'cmdline').replaceAll('\0', ' ')))
        .map((pid) => Number(/\nVmRSS:\s*(\d+)/.exec(readProcess(pid, 'status'))?.[1] ?? 0))
      if (sizes.length === 0) throw new Error('No process of the page was found in /proc.')
      return sizes.reduce((sum, size) => sum + size, 0) * 1024
    },
  }
}

export async function probeMemory(engine: Engine, page: EnginePage): Promise<MemoryProbe> {
  return engine === 'chromium' ? probeHeap(page as Page) : probeProcesses(engine)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/**
 * How much more the last third of the samples uses than the first, after a quarter of them as the warm-up: so each is a quarter
 * too. A median is deaf to the teeth of a collector's saw.
 */
export function growthOf(samples: readonly number[]): number {
  const quarter = Math.floor(samples.length / 4)
  if (quarter === 0) throw new RangeError('Growth needs at least 4 samples.')
  return median(samples.slice(-quarter)) - median(samples.slice(quarter, 2 * quarter))
}

/** What is wrong with the growth, in words, if anything is. */
export function findLeak(
  samples: readonly number[],
  { what, allowedBytes }: Pick<MemoryProbe, 'what' | 'allowedBytes'>,
): string | undefined {
  const growthBytes = growthOf(samples)
  if (growthBytes <= allowedBytes) return undefined
  const [growth, allowed] = [growthBytes, allowedBytes].map((bytes) => (bytes / MIB).toFixed(1))
  return `${what} grew by ${growth} MiB after the warm-up, and ${allowed} are allowed`
}
