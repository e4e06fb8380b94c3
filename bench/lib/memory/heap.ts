/** How much memory a page holds after a garbage collection. */
import type { Browser, CDPSession, Page } from 'playwright'
import { NAME_HELPER } from '../name-helper.ts'

/** A page in a separate process, whose heap can be read. */
export interface HeapPage {
  readonly page: Page
  /** Bytes alive in the heap of JavaScript and in that of the browser's own objects (sockets, events …). */
  usedBytes(): Promise<number>
  /** As `usedBytes`, by a snapshot, which also counts text that V8 keeps outside of its heap, such as frames. */
  snapshotBytes(): Promise<number>
  close(): Promise<void>
}

/** As CDP returns it; older browsers omit the second member. */
interface HeapUsage {
  readonly usedSize: number
  readonly embedderHeapUsedSize?: number
}

interface Snapshot {
  readonly snapshot: { readonly meta: { readonly node_fields: readonly string[] } }
  readonly nodes: readonly number[]
}

/** Twice: the second collection frees what the first one finalises. */
async function collect(session: CDPSession): Promise<void> {
  await session.send('HeapProfiler.collectGarbage')
  await session.send('HeapProfiler.collectGarbage')
}

function totalOf({ snapshot, nodes }: Snapshot): number {
  const fields = snapshot.meta.node_fields
  const place = fields.indexOf('self_size')
  let total = 0
  for (let at = place; at < nodes.length; at += fields.length) total += nodes[at] ?? 0
  return total
}

async function takeSnapshot(session: CDPSession): Promise<number> {
  const chunks: string[] = []
  const keep = ({ chunk }: { chunk: string }) => chunks.push(chunk)
  session.on('HeapProfiler.addHeapSnapshotChunk', keep)
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  session.off('HeapProfiler.addHeapSnapshotChunk', keep)
  return totalOf(JSON.parse(chunks.join('')))
}

export async function openHeapPage(browser: Browser, url: string): Promise<HeapPage> {
  const context = await browser.newContext()
  await context.addInitScript(NAME_HELPER)
  const page = await context.newPage()
  await page.goto(url)
  const session = await context.newCDPSession(page)
  await session.send('HeapProfiler.enable')

  return {
    page,
    async usedBytes() {
      await collect(session)
      const usage: HeapUsage = await session.send('Runtime.getHeapUsage')
      return usage.usedSize + (usage.embedderHeapUsedSize ?? 0)
    },
    async snapshotBytes() {
      await collect(session)
      return takeSnapshot(session)
    },
    close: () => context.close(),
  }
}
