/** How long a browser takes over a script: to parse and run it, and to begin what it is for. */
import { createServer } from 'node:http'
import type { Browser, Page } from 'playwright'
import { listenOnLoopback, originOf } from '../loopback.ts'
import { NAME_HELPER } from '../name-helper.ts'

export interface ScriptHost {
  readonly pageUrl: string
  /** The first request that a script makes: until then nobody can say that it works. */
  asked(): Promise<string>
  close(): Promise<void>
}

/** Isolated from other sites a page's clock shows 5 µs rather than 100. */
const HEADERS = {
  'Content-Type': 'text/html',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}
const PAGE = '<!doctype html><title>Script</title><link rel="icon" href="data:,">'
const PATIENCE_MS = 10_000

/** Serves an empty page, and refuses whatever a script asks for. */
export async function startScriptHost(): Promise<ScriptHost> {
  let tell = (_url: string) => {}
  const server = createServer((request, response) => {
    if (request.url === '/page') {
      response.writeHead(200, HEADERS).end(PAGE)
      return
    }
    response.writeHead(404).end()
    tell(request.url ?? '')
  })
  server.on('upgrade', (request, socket) => {
    socket.destroy()
    tell(request.url ?? '')
  })
  const port = await listenOnLoopback(server)
  return {
    pageUrl: `${originOf(port)}/page`,
    asked: () =>
      new Promise((resolve, reject) => {
        const fail = () => reject(new Error('The script asked for nothing.'))
        const timer = setTimeout(fail, PATIENCE_MS)
        tell = (url) => {
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

/** Milliseconds of main thread. */
export interface ScriptTimes {
  /** Until the script has been parsed and has run. */
  readonly runMs: number
  /** Until its `connectNow` has returned. */
  readonly connectMs: number
}

/** In the page: an inline script is compiled and run before `append` returns, and from no cache. */
function runInline(code: string): ScriptTimes & { problems: string[] } {
  const problems: string[] = []
  const note = (event: ErrorEvent) => problems.push(event.message)
  addEventListener('error', note)
  const time = (text: string) => {
    const script = document.createElement('script')
    script.textContent = text
    const start = performance.now()
    document.head.append(script)
    return performance.now() - start
  }
  time('void 0') // the first script of a page pays for more than itself
  const runMs = time(code)
  removeEventListener('error', note)
  const { connectNow } = globalThis as { connectNow?: () => void }
  const start = performance.now()
  connectNow?.()
  return { runMs, connectMs: performance.now() - start, problems }
}

/** Nothing but this machine may be asked for. */
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
    const asked = host.asked()
    // A rejection is looked at below, after the script's own problems.
    asked.catch(() => {})
    const { problems, ...times } = await page.evaluate(runInline, code)
    if (problems[0]) throw new Error(`The script failed: ${problems[0]}`)
    await asked
    return times
  } finally {
    await page.context().close()
  }
}
