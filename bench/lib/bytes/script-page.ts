/** How long a browser takes to parse and run a script, and to connect by it. */
import { createServer } from 'node:http'
import type { Browser, Page } from 'playwright'
import { listenOnLoopback, originOf } from '../loopback.ts'
import { NAME_HELPER } from '../name-helper.ts'

export interface ScriptHost {
  readonly pageUrl: string
  /** The URL of the first request that a script makes, which shows that it works. */
  requested(): Promise<string>
  close(): Promise<void>
}

/** The clock of an isolated page has steps of 5 µs, not 100. */
const HEADERS = {
  'Content-Type': 'text/html',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}
const PAGE = '<!doctype html><title>Script</title><link rel="icon" href="data:,">'
const PATIENCE_MS = 10_000

/** Serves an empty page, and refuses every other request. */
export async function startScriptHost(): Promise<ScriptHost> {
  let onRequest: ((url: string) => void) | undefined

  const server = createServer((request, response) => {
    if (request.url === '/page') {
      response.writeHead(200, HEADERS).end(PAGE)
      return
    }
    response.writeHead(404).end()
    onRequest?.(request.url ?? '')
  })
  server.on('upgrade', (request, socket) => {
    socket.destroy()
    onRequest?.(request.url ?? '')
  })
  const port = await listenOnLoopback(server)

  return {
    pageUrl: `${originOf(port)}/page`,
    requested: () =>
      new Promise((resolve, reject) => {
        const fail = () => reject(new Error('The script requested nothing.'))
        const timer = setTimeout(fail, PATIENCE_MS)
        onRequest = (url) => {
          clearTimeout(timer)
          resolve(url)
        }
      }),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

declare global {
  /** What the script defines. */
  var connectNow: (() => void) | undefined
}

/** Milliseconds of main thread. */
export interface ScriptTimes {
  /** Until the script is parsed and has run. */
  readonly runMs: number
  /** Until its `connectNow` has returned. */
  readonly connectMs: number
}

/** In the page: an inline script is compiled and run before `append` returns, and from no cache. */
function runInline(code: string): ScriptTimes & { problems: string[] } {
  const problems: string[] = []
  const note = (event: ErrorEvent) => problems.push(event.message)
  function time(text: string) {
    const script = document.createElement('script')
    script.textContent = text
    const start = performance.now()
    document.head.append(script)
    return performance.now() - start
  }

  addEventListener('error', note)
  time('void 0') // the first script of a page takes longer than its own work
  const runMs = time(code)
  removeEventListener('error', note)

  const start = performance.now()
  globalThis.connectNow?.()
  return { runMs, connectMs: performance.now() - start, problems }
}

/** A page that can reach this machine only. */
async function openPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext()
  await context.addInitScript(NAME_HELPER)
  await context.route(
    ({ hostname }) => hostname !== '127.0.0.1',
    (route) => route.abort(),
  )
  return context.newPage()
}

/** In a page that has run no other script. */
export async function timeScript(
  browser: Browser,
  host: ScriptHost,
  code: string,
): Promise<ScriptTimes> {
  const page = await openPage(browser)
  try {
    await page.goto(host.pageUrl)
    const requested = host.requested()
    // Awaited below, after the script's own problems.
    requested.catch(() => {})

    const { problems, ...times } = await page.evaluate(runInline, code)
    if (problems[0]) throw new Error(`The script failed: ${problems[0]}`)
    await requested
    return times
  } finally {
    await page.context().close()
  }
}
