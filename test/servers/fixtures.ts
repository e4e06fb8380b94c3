/** The test function of these specs: servers that people already have, each behind a proxy that can break the connection. */
import { test as base, type Page } from '@playwright/test'
import { createFaultProxy, type FaultProxy } from '../../demo/faults/index.ts'
import { type Command, type Started, startProcess } from './support/process.ts'
import { clientIn, commandIn, folderOf } from './support/recipes.ts'
import { type Build, loadClient, runClient, type Visit } from './support/visit.ts'

export interface VisitOptions {
  /** Default `production`. */
  readonly build?: Build
  /** Default `true`: the visit's lines show what the connection tells. Then the client listens for `error`. */
  readonly isWatched?: boolean
  /** The page's origin. Default: the server's. */
  readonly origin?: string
}

export interface Server {
  /** Through the proxy: what pages use. */
  readonly url: string
  /** Past the proxy, for the test itself. */
  readonly direct: string
  readonly proxy: FaultProxy
  printed(): string
  /** Opens a page that runs one of the recipe's clients. */
  visit(file: string, options?: VisitOptions): Promise<Visit>
  /** The same with code of the test's own. */
  visitWith(code: string, options?: VisitOptions): Promise<Visit>
  /** Posts JSON, as an application behind the server would; returns the answer's body. */
  post(path: string, body: unknown): Promise<unknown>
}

export interface Servers {
  /** Starts a recipe's server by a command that the recipe shows; `shown` is the port in it. */
  start(recipe: string, line: string, shown: number, env?: Command['env']): Promise<Server>
  /** Puts the proxy in front of a server that the test has started itself. */
  front(recipe: string, started: Started): Promise<Server>
  /** Starts another command, which only the tests know. */
  run(recipe: string, commandFor: (port: number) => Command): Promise<Server>
}

interface Running {
  readonly server: Server
  close(): Promise<void>
}

async function frontFor(page: Page, recipe: string, started: Started): Promise<Running> {
  const proxy = await createFaultProxy({ targetPort: started.port })
  const direct = `http://127.0.0.1:${started.port}`

  async function visitWith(code: string, options: VisitOptions = {}): Promise<Visit> {
    const { build = 'production', isWatched = true, origin = proxy.url } = options
    await loadClient(page, `${origin}/`, build)
    return runClient(page, code, isWatched)
  }

  return {
    server: {
      url: proxy.url,
      direct,
      proxy,
      printed: started.printed,
      visitWith,
      visit: async (file, options) => visitWith(await clientIn(recipe, file), options),
      async post(path, body) {
        const headers = { 'content-type': 'application/json' }
        const init = { method: 'POST', headers, body: JSON.stringify(body) }
        return (await fetch(direct + path, init)).json()
      },
    },
    async close() {
      await proxy.close()
      await started.stop()
    },
  }
}

export const test = base.extend<{ readonly servers: Servers }>({
  servers: async ({ page }, use, info) => {
    const running: Running[] = []

    async function add(recipe: string, started: Started): Promise<Server> {
      const one = await frontFor(page, recipe, started)
      running.push(one)
      return one.server
    }
    async function run(recipe: string, commandFor: (port: number) => Command): Promise<Server> {
      return add(recipe, await startProcess(commandFor))
    }

    await use({
      run,
      start: (recipe, line, shown, env) =>
        run(recipe, (port) => ({
          ...(env && { env }),
          line: commandIn(line).replace(String(shown), String(port)),
          folder: folderOf(recipe),
        })),
      front: add,
    })

    if (info.status !== info.expectedStatus) {
      for (const { server } of running) console.log(server.printed())
    }
    await page.close()
    for (const one of running) await one.close()
  },
})

export { expect } from '@playwright/test'
