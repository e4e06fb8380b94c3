// The two builds in the packed package: what each holds, and which of them Node, Vite and a script tag get.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type Browser, chromium, type Page } from 'playwright'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { chromiumLaunchOptions } from '../../scripts/browser.mjs'
import { type Consumer, createConsumer } from './consumer.ts'
import { type Host, startHost } from './host.ts'
import { proseOf, textsOf } from './prose.ts'

const run = promisify(execFile)

const DEVELOPMENT = /^dist\/(development\/.*|steadywire\.dev)\.js$/
const PROSE = [
  ...proseOf('advice.ts'),
  ...proseOf('diagnostics.ts'),
  ...proseOf('call-checks.ts'),
  ...proseOf('errors.ts', 'remedies'),
]

let consumer: Consumer
let scripts: readonly string[]

beforeAll(async () => {
  consumer = await createConsumer()
  scripts = consumer.files.filter((file) => file.endsWith('.js'))
})

afterAll(() => consumer?.remove())

async function textsIn(files: readonly string[]): Promise<string> {
  const codes = await Promise.all(files.map((file) => consumer.read(file)))
  return codes.map(textsOf).join('\n')
}

describe('the scripts of the package', () => {
  test('have no constant left that only a build replaces', async () => {
    const files = consumer.files.filter((file) => /^dist\/.*\.(js|ts|json)$/.test(file))
    expect(files.length).toBeGreaterThan(10)
    for (const file of files) expect(await consumer.read(file), file).not.toContain('__DEV__')
  })

  test('say in the development build what is wrong and what to do', async () => {
    expect(PROSE.length).toBeGreaterThan(40)
    const modules = scripts.filter((file) => file.startsWith('dist/development/'))
    for (const files of [modules, ['dist/steadywire.dev.js']]) {
      const texts = await textsIn(files)
      expect(PROSE.filter((text) => !texts.includes(text))).toEqual([])
    }
  })

  test('say nothing of it in the production build', async () => {
    const production = scripts.filter((file) => !DEVELOPMENT.test(file))
    expect(production).toContain('dist/steadywire.min.js')
    const texts = await textsIn(production)
    expect(PROSE.filter((text) => texts.includes(text))).toEqual([])
  })

  test('have a source map each, and a hash in integrity.json', async () => {
    const hashes: unknown = JSON.parse(await consumer.read('dist/integrity.json'))
    expect(Object.keys(Object(hashes)).map((file) => `dist/${file}`)).toEqual([...scripts].sort())
    const maps = scripts.map((file) => `${file}.map`)
    expect(consumer.files).toEqual(expect.arrayContaining(maps))
  })
})

describe('Node', () => {
  const PRINT = `for (const name of ['steadywire', 'steadywire/core']) {
    const { SteadywireError } = await import(name)
    console.log(import.meta.resolve(name).split('/node_modules/')[1])
    console.log(new SteadywireError('closed', 'The wire has ended').message)
  }`

  async function print(...flags: string[]): Promise<string[]> {
    const args = [...flags, '--input-type=module', '--eval', PRINT]
    const { stdout } = await run(process.execPath, args, { cwd: consumer.folder })
    return stdout.trim().split('\n')
  }

  test('takes the production build', async () => {
    expect(await print()).toEqual([
      'steadywire/dist/index.js',
      expect.stringMatching(/^closed \(/),
      'steadywire/dist/core.js',
      expect.stringMatching(/^closed \(/),
    ])
  })

  test('takes the development build under its condition', async () => {
    expect(await print('--conditions=development')).toEqual([
      'steadywire/dist/development/index.js',
      expect.stringMatching(/^The wire has ended\. Connect a new wire/),
      'steadywire/dist/development/core.js',
      expect.stringMatching(/^The wire has ended\. Connect a new wire/),
    ])
  })
})

describe('an application with a mistake', () => {
  let browser: Browser
  let host: Host
  let page: Page

  beforeAll(async () => {
    browser = await chromium.launch(await chromiumLaunchOptions())
  })

  afterAll(() => browser?.close())

  beforeEach(async () => {
    host = await startHost()
    page = await browser.newPage()
    page.setDefaultTimeout(30_000)
    onTestFinished(async () => {
      await page.close()
      await host.close()
    })
  })

  async function openScript(...paths: string[]): Promise<void> {
    const tags = paths.map((path) => `<script type="module" src="${path}"></script>`)
    host.serve('/page.html', `<!doctype html><title>mistake</title><output></output>${tags}`)
    await page.goto(`${host.url}/page.html`)
  }

  test('is told so by the build that Vite serves while it is developed', async () => {
    const server = await consumer.develop('app-mistake.ts')
    onTestFinished(() => server.close())
    await page.goto(server.url)
    await page.getByText('Option reconnect does not exist').waitFor()
  })

  test('runs on without a word in the build that Vite makes of it', async () => {
    host.serve('/app.js', await consumer.bundle('app-mistake.ts'))
    await openScript('app.js')
    await page.getByText('connected', { exact: true }).waitFor()
  })

  test('is told so by the script tag for development, with integrity', async () => {
    const { 'steadywire.dev.js': hash }: Record<string, string> = JSON.parse(
      await consumer.read('dist/integrity.json'),
    )
    host.serve('/steadywire.dev.js', await consumer.read('dist/steadywire.dev.js'))
    const failed = page.waitForEvent('pageerror')
    host.serve(
      '/page.html',
      `<!doctype html><script src="steadywire.dev.js" integrity="${hash}"></script>
      <script>Steadywire.connect('/live', { reconnect: true })</script>`,
    )
    await page.goto(`${host.url}/page.html`)
    expect((await failed).message).toMatch(/^Option reconnect does not exist/)
  })
})
