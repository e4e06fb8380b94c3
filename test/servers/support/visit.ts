/** A page of a server's own origin that runs a recipe's client, and all that it prints. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, type Page, type Route } from '@playwright/test'
import packageJson from '../../../package.json' with { type: 'json' }
import type { Wire } from '../../../src/index.ts'

export type Build = 'production' | 'development'

declare global {
  /** What the client's module exports. */
  var recipe: { readonly wire: Wire }
}

export interface Visit {
  readonly page: Page
  /** What the client printed, line by line, and what its connection told: `* open eventsource fresh`, `* gap unknown`. */
  readonly lines: readonly string[]
  /** The lines of the client alone. */
  own(): string[]
  /** Waits for a line, so many times. */
  printed(line: string | RegExp, times?: number): Promise<void>
}

const HERE = '/steadywire/'
/** The entry that imports a library of the application's. */
const NEEDS_LIBRARY = './msgpack'
const EMPTY_PAGE = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">'

/** The entries of the built package, as a page imports them. */
function importsOf(build: Build): Record<string, string> {
  const entries = Object.entries(packageJson.exports).flatMap(([name, entry]) => {
    if (typeof entry === 'string' || name === NEEDS_LIBRARY) return []
    const file = build === 'development' ? entry.development : entry.default
    return [[`steadywire${name.slice(1)}`, file.replace('./', HERE)]]
  })
  return Object.fromEntries(entries)
}

function serveBuild(route: Route): Promise<void> {
  const path = new URL(route.request().url()).pathname.replace(HERE, '')
  return route.fulfill({ contentType: 'text/javascript', body: readFileSync(resolve(path)) })
}

/**
 * Loads the client's files from the build, at the server's origin but not from the server. From then on nothing stands
 * between the page and the server: a route would answer preflights by itself.
 */
export async function loadClient(page: Page, url: string, build: Build): Promise<void> {
  const imports = importsOf(build)
  const map = `<script type="importmap">${JSON.stringify({ imports })}</script>`
  const origin = new URL(url).origin

  await page.route(url, (route) =>
    route.fulfill({ contentType: 'text/html', body: EMPTY_PAGE + map }),
  )
  await page.route(`${origin}${HERE}**`, serveBuild)
  await page.goto(url)
  const load = Object.keys(imports).map((name) => `import(${JSON.stringify(name)})`)
  await page.evaluate(`Promise.all([${load}]).then(() => {})`)
  await page.unrouteAll()
}

/** Runs in the page: prints what the connection tells, in its order among the client's own lines. */
function watch({ connection }: Wire): void {
  const print = (...words: readonly unknown[]) => console.debug('*', ...words)
  connection.on('open', ({ transport, continuity }) => print('open', transport, continuity))
  connection.on('transport', ({ transport }) => print('transport', transport))
  connection.on('gap', ({ reason }) => print('gap', reason))
  connection.on('error', ({ code, message }) => print('error', code, message))
  connection.on('retry', ({ delayMs, cause }) => print('retry', Math.round(delayMs), cause.reason))
  connection.on('close', ({ reason }) => print('close', reason))
}

/** Runs a client's module in a page that `loadClient` has prepared. */
export async function runClient(page: Page, code: string, isWatched: boolean): Promise<Visit> {
  const lines: string[] = []
  page.on('console', (message) => {
    if (message.type() !== 'error') lines.push(message.text()) // errors are the browser's, of cut connections
  })
  page.on('pageerror', ({ message }) => lines.push(`uncaught: ${message}`))
  const module = `URL.createObjectURL(new Blob([${JSON.stringify(code)}], { type: 'text/javascript' }))`
  const begin = isWatched ? `(${watch})(recipe.wire)` : ''
  await page.evaluate(`import(${module}).then((module) => {
    globalThis.recipe = module;
    ${begin}
  })`)

  return {
    page,
    lines,
    own: () => lines.filter((line) => !line.startsWith('* ')),
    async printed(line, times = 1) {
      const isThis = (text: string) => (typeof line === 'string' ? text === line : line.test(text))
      await expect
        .poll(() => (lines.filter(isThis).length >= times ? 'printed' : lines.join('\n')), {
          message: `${times} × ${line}`,
        })
        .toBe('printed')
    },
  }
}
