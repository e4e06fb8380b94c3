// An empty folder with the packed package installed, and what its owner does there: compile, bundle.
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build, createServer, type InlineConfig } from 'vite'

const run = promisify(execFile)
const project = fileURLToPath(new URL('../../', import.meta.url))
const fixtures = fileURLToPath(new URL('./fixtures/', import.meta.url))
const tsc = fileURLToPath(import.meta.resolve('typescript/bin/tsc'))

export type ModuleResolution = 'bundler' | 'nodenext'

export interface Consumer {
  readonly folder: string
  /** The files of the tarball. */
  readonly files: readonly string[]
  /** Reads a file of the installed package. */
  read(file: string): Promise<string>
  /** Type-checks the fixtures; resolves with the compiler's complaints, empty when there are none. */
  typecheck(moduleResolution: ModuleResolution): Promise<string>
  /** Bundles a fixture as an application would be; resolves with the script. */
  bundle(fixture: string): Promise<string>
  /** Serves a page with the fixture, as while an application is developed. */
  develop(fixture: string): Promise<DevelopmentServer>
  remove(): Promise<void>
}

export interface DevelopmentServer {
  readonly url: string
  close(): Promise<void>
}

interface Packed {
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

/** Packs the project and installs the tarball, without any network. */
export async function createConsumer(): Promise<Consumer> {
  const folder = await mkdtemp(join(tmpdir(), 'steadywire-consumer-'))
  const source = join(folder, 'src')
  const npm = (cwd: string, ...args: string[]) =>
    run('npm', args, { cwd, shell: process.platform === 'win32' })

  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
  const [packed] = JSON.parse((await npm(project, ...pack)).stdout) as [Packed]
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, type: 'module' }),
  )
  await npm(folder, 'install', '--offline', '--no-audit', '--no-fund', packed.filename)
  await mkdir(source)
  await cp(fixtures, source, { recursive: true })

  return {
    folder,
    files: packed.files.map(({ path }) => path),
    read: (file) => readFile(join(folder, 'node_modules/steadywire', file), 'utf8'),
    typecheck: (moduleResolution) => typecheck(source, moduleResolution),
    bundle: (fixture) => bundle(folder, fixture),
    develop: (fixture) => develop(folder, fixture),
    remove: () => rm(folder, { recursive: true }),
  }
}

async function typecheck(source: string, moduleResolution: ModuleResolution): Promise<string> {
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2022', 'dom'],
    module: moduleResolution === 'bundler' ? 'esnext' : 'nodenext',
    moduleResolution,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false, // the package's own declarations are checked too
    types: [],
    noEmit: true,
  }

  await writeFile(join(source, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
  return run(process.execPath, [tsc, '-p', source]).then(
    () => '',
    ({ stdout }: { stdout: string }) => stdout,
  )
}

/** Acts as in a terminal: vitest's own `NODE_ENV` would have Vite take development builds everywhere. */
async function under<T>(mode: string, act: () => Promise<T>): Promise<T> {
  const before = process.env.NODE_ENV
  process.env.NODE_ENV = mode

  try {
    return await act()
  } finally {
    process.env.NODE_ENV = before
  }
}

async function bundle(folder: string, fixture: string): Promise<string> {
  const outDir = join(folder, 'dist', fixture)
  const options: InlineConfig = {
    root: folder,
    configFile: false,
    logLevel: 'warn',
    build: {
      outDir,
      target: 'es2022',
      lib: { entry: join(folder, 'src', fixture), formats: ['es'], fileName: 'app' },
      minify: true,
    },
  }

  await under('production', () => build(options))
  const [script] = await readdir(outDir)
  if (script === undefined) throw new Error(`Vite wrote nothing for ${fixture}.`)
  return readFile(join(outDir, script), 'utf8')
}

async function develop(folder: string, fixture: string): Promise<DevelopmentServer> {
  const page = `<!doctype html><output></output><script type="module" src="/src/${fixture}"></script>`
  await writeFile(join(folder, 'index.html'), page)

  const options: InlineConfig = {
    root: folder,
    configFile: false,
    logLevel: 'warn',
    server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
  }

  const server = await under('development', () => createServer(options))
  await server.listen()
  const [url] = server.resolvedUrls?.local ?? []
  if (url === undefined) throw new Error('Vite listens to no address.')
  return { url, close: () => server.close() }
}
