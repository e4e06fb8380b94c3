// The packed package does for its users what README says: typed, bundled, by script tag, in parts.
import { gzipSync } from 'node:zlib'
import { type Browser, chromium, type Page } from 'playwright'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { chromiumLaunchOptions } from '../../scripts/browser.mjs'
import { type Consumer, createConsumer, type ModuleResolution } from './consumer.ts'
import { type Host, startHost } from './host.ts'

let consumer: Consumer
let browser: Browser

beforeAll(async () => {
  consumer = await createConsumer()
  browser = await chromium.launch(await chromiumLaunchOptions())
})

afterAll(async () => {
  await browser?.close()
  await consumer?.remove()
})

describe('the tarball', () => {
  test('holds the documents, the scripts with their maps, the types, and nothing else', () => {
    const strangers = consumer.files.filter(
      (file) =>
        !/^dist\/(development\/)?[\w.]+\.(js|js\.map|d\.ts)$|^docs\/(servers\/)?[\w-]+\.md$/.test(
          file,
        ) &&
        !/^(LICENSE|package\.json|(README|PROTOCOL|CHANGELOG)\.md|dist\/integrity\.json)$/.test(
          file,
        ),
    )

    expect(strangers).toEqual([])
    expect(consumer.files).toEqual(
      expect.arrayContaining([
        'CHANGELOG.md',
        'LICENSE',
        'PROTOCOL.md',
        'README.md',
        'dist/core.d.ts',
        'dist/core.js',
        'dist/development/core.js',
        'dist/development/index.js',
        'dist/index.d.ts',
        'dist/index.js',
        'dist/integrity.json',
        'dist/steadywire.dev.js',
        'dist/steadywire.js',
        'dist/steadywire.min.js',
        'dist/steadywire.min.js.map',
      ]),
    )
  })

  test('has no runtime dependency', async () => {
    const manifest = JSON.parse(await consumer.read('package.json'))
    expect(manifest).not.toHaveProperty('dependencies')
    // What an entry needs is installed by those who use the entry.
    const optional = { '@msgpack/msgpack': { optional: true } }
    expect(manifest.peerDependenciesMeta).toEqual(optional)
    expect(Object.keys(manifest.peerDependencies)).toEqual(Object.keys(optional))
  })
})

describe('an application in TypeScript', () => {
  test.each<ModuleResolution>(['bundler', 'nodenext'])(
    'type-checks under %s',
    async (resolution) => {
      expect(await consumer.typecheck(resolution)).toBe('')
    },
  )

  test('with core and one transport is smaller, and holds no other transport', async () => {
    const whole = await consumer.bundle('app.ts')
    const core = await consumer.bundle('app-core.ts')
    expect(gzipSync(core).length).toBeLessThan(gzipSync(whole).length)
    expect(whole).toMatch(/EventSource/)
    expect(whole).toMatch(/XMLHttpRequest/)
    expect(core).not.toMatch(/EventSource|XMLHttpRequest/)
  })
})

describe('in a browser', () => {
  let host: Host
  let page: Page
  let scriptError: Promise<never>

  beforeEach(async () => {
    host = await startHost()
    page = await browser.newPage()
    page.setDefaultTimeout(15_000)
    scriptError = new Promise((_, reject) => page.once('pageerror', reject))
    scriptError.catch(() => {}) // one test expects it, the others meet it in shown()
    onTestFinished(async () => {
      await page.close()
      await host.close()
    })
  })

  /** Opens a page whose scripts show lines in its output. */
  async function open(scripts: string) {
    host.serve('/page.html', `<!doctype html><title>consumer</title><output></output>${scripts}`)
    await page.goto(`${host.url}/page.html`)
  }

  const shown = (text: string) => Promise.race([page.getByText(text).waitFor(), scriptError])

  test('a bundled application receives and sends', async () => {
    host.serve('/app.js', await consumer.bundle('app.ts'))
    await open('<script type="module" src="app.js"></script>')
    await shown('websocket fresh')
    await shown('reply 5')
    await host.publish('price', { symbol: 'XYZ', bid: 1.5 })
    await shown('XYZ 1.50')
    await shown('refused')
  })

  test('a bundled application made of parts receives', async () => {
    host.serve('/app.js', await consumer.bundle('app-core.ts'))
    await open('<script type="module" src="app.js"></script>')
    await shown('open')
    await host.publish('price', { bid: 2.5 })
    await shown('core 2.50')
  })

  const lines = `
    const show = (text) => document.querySelector('output').append(text + '\\n')
    wire.connection.on('open', ({ transport }) => show(transport))
    wire.on('price', ({ bid }) => show('bid ' + bid))
    wire.send('chat', { text: 'hello' }).then(({ length }) => show('reply ' + length))`

  const scriptTag = (integrity: unknown) => `
    <script src="steadywire.min.js" integrity="${integrity}"></script>
    <script>const wire = Steadywire.connect('/live')\n${lines}</script>`

  async function integrityOf(file: string): Promise<unknown> {
    return JSON.parse(await consumer.read('dist/integrity.json'))[file]
  }

  test('one script tag with integrity receives and sends', async () => {
    host.serve('/steadywire.min.js', await consumer.read('dist/steadywire.min.js'))
    await open(scriptTag(await integrityOf('steadywire.min.js')))
    await shown('websocket')
    await shown('reply 5')
    await host.publish('price', { bid: 3 })
    await shown('bid 3')
  })

  test('a script tag refuses a file that was tampered with', async () => {
    host.serve('/steadywire.min.js', `${await consumer.read('dist/steadywire.min.js')}\n`)
    const refusal = page.waitForEvent('console', (message) => /integrity/.test(message.text()))
    await open(scriptTag(await integrityOf('steadywire.min.js')))
    expect((await refusal).type()).toBe('error')
    await expect(scriptError).rejects.toThrow('Steadywire is not defined')
  })

  test('the self-contained module runs by itself, with integrity', async () => {
    const script = await consumer.read('dist/steadywire.js')
    expect(script).not.toMatch(/^(import|export .* from) /m)
    host.serve('/steadywire.js', script)
    await open(`
      <link rel="modulepreload" href="steadywire.js"
        integrity="${await integrityOf('steadywire.js')}">
      <script type="module">
        import { connect } from './steadywire.js'
        const wire = connect('/live')\n${lines}
      </script>`)
    await shown('reply 5')
  })
})
