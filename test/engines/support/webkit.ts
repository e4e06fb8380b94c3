/** WebKitGTK as a page: plain WebDriver (W3C, https://www.w3.org/TR/webdriver2/) spoken to its own driver under a virtual display. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import type { EnginePage } from '../../e2e/support/page.ts'

const MINI_BROWSERS = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].flatMap((triplet) =>
  ['4.1', '4.0', '6.0'].map((version) => `/usr/lib/${triplet}/webkit2gtk-${version}/MiniBrowser`),
)
const START_TIMEOUT_MS = 20_000
const SCRIPT_TIMEOUT_MS = 30_000
const POLL_MS = 20

export interface WebKit {
  newPage(): Promise<EnginePage>
  close(): Promise<void>
}

interface Answer {
  readonly value: unknown
}

const freePort = (): Promise<number> =>
  new Promise((done, fail) => {
    const server = createServer()
    server.once('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(typeof address === 'object' && address ? address.port : 0))
    })
  })

/** One command of the protocol. Throws what the driver says. */
const createDriver = (port: number) => async (method: string, path: string, body?: unknown) => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const { value } = (await response.json()) as Answer
  const error = value as { error?: string; message?: string } | null
  if (!response.ok) throw new Error(`WebKitGTK: ${error?.error}: ${error?.message}`)
  return value
}
type Driver = ReturnType<typeof createDriver>

/** Resolves when the driver answers. A driver that ends, or does not start in time, is an error. */
async function ready(driver: Driver, child: ChildProcess): Promise<void> {
  const end = Date.now() + START_TIMEOUT_MS
  for (;;) {
    const up = await driver('GET', '/status').then(
      () => true,
      () => false,
    )
    if (up) return
    if (child.exitCode !== null || Date.now() > end) {
      throw new Error('WebKitWebDriver did not start: is xvfb-run installed?')
    }
    await new Promise((done) => setTimeout(done, POLL_MS))
  }
}

/** JSON has no `undefined`, and takes it for `null` in a list: a page's defaults would not count. */
const UNDEFINED = '\0undefined'

/** Runs in the page: calls a function of which it is given the source, until its result is truthy where `poll` says so. */
const RUN = `
  const [source, text, pollMs, done] = arguments
  const call = (0, eval)('(' + source + ')')
  const argument = JSON.parse(text, (key, value) => (value === ${JSON.stringify(UNDEFINED)} ? undefined : value))
  const run = async () => {
    for (;;) {
      const value = await call(argument)
      if (!pollMs || value) return value
      await new Promise((next) => setTimeout(next, pollMs))
    }
  }
  run().then((value) => done({ value }), (error) => done({ error: error + ' ' + error?.stack }))`

async function openPage(driver: Driver, binary: string): Promise<EnginePage> {
  const { sessionId } = (await driver('POST', '/session', {
    capabilities: {
      alwaysMatch: {
        browserName: 'MiniBrowser',
        'webkitgtk:browserOptions': { binary, args: ['--automation'] },
      },
    },
  })) as { sessionId: string }
  const session = `/session/${sessionId}`
  const scripts: string[] = []
  const run = async (source: string, argument: unknown, pollMs = 0) => {
    const text = JSON.stringify(argument, (_key, value) =>
      value === undefined ? UNDEFINED : value,
    )
    const args = [source, text, pollMs]
    const answer = await driver('POST', `${session}/execute/async`, { script: RUN, args })
    const { value, error } = answer as { value?: unknown; error?: string }
    if (error !== undefined) throw new Error(error)
    return value
  }
  /** WebDriver has no scripts that run before a page's own: they run when the page is there. */
  const settle = async () => {
    for (const source of scripts) await run(source, undefined)
  }
  await driver('POST', `${session}/timeouts`, { script: SCRIPT_TIMEOUT_MS })

  const page = {
    on: () => page, // errors that nobody caught are not told by WebDriver
    async addInitScript(script: () => void) {
      scripts.push(String(script))
    },
    async goto(url: string) {
      await driver('POST', `${session}/url`, { url })
      await settle()
    },
    async reload() {
      await driver('POST', `${session}/refresh`, {})
      await settle()
    },
    // A page of the back/forward cache has its scripts; others get them anew when they are used.
    goBack: () => driver('POST', `${session}/back`, {}),
    goForward: () => driver('POST', `${session}/forward`, {}),
    evaluate: (script: unknown, argument?: unknown) => run(String(script), argument),
    waitForFunction: (script: unknown, argument?: unknown) =>
      run(String(script), argument, POLL_MS),
    close: () => driver('DELETE', session),
  }
  return page as unknown as EnginePage
}

/** Starts the driver on a free port. Throws when WebKitGTK is not installed. */
export async function startWebKit(): Promise<WebKit> {
  const binary = MINI_BROWSERS.find(existsSync)
  if (!binary) {
    throw new Error('WebKitGTK is missing: as root, run "node scripts/browser.mjs --engines".')
  }
  const port = await freePort()
  const driver = createDriver(port)
  // A process group of its own, so that the display and the browsers end with it.
  const child = spawn('xvfb-run', ['-a', 'WebKitWebDriver', `--port=${port}`], {
    stdio: 'ignore',
    detached: true,
  })
  child.once('error', () => {}) // `ready` tells it
  const kill = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM')
  }
  process.once('exit', kill)
  await ready(driver, child)
  return {
    newPage: () => openPage(driver, binary),
    async close() {
      process.off('exit', kill)
      kill()
    },
  }
}
