// The rules that Biome keeps for us, tried as biome.json sets them: each catches what breaks it, and no more.
import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT } from './sources.ts'

interface Diagnostic {
  readonly category: string
  readonly location: { readonly path: string }
}

function lines(count: number, line = 'f()'): string {
  return `${line}\n`.repeat(count)
}

/** Per rule: a file that breaks it, and how often. */
const CAUGHT: Readonly<Record<string, readonly (readonly [string, string, number])[]>> = {
  'suspicious/noImportCycles': [
    ['src/upstream/a.ts', `import { b } from './b.ts'\nexport const a = b`, 1],
    ['src/upstream/b.ts', `import type { c } from './c.ts'\nexport const b: c = 1`, 1],
    ['src/upstream/c.ts', `export * from './a.ts'\nexport type c = number`, 1],
  ],
  'style/noRestrictedGlobals': [
    ['src/globals/clock.ts', 'export const a = Date.now() + performance.now()', 2],
    ['src/globals/timers.ts', 'setTimeout(() => clearTimeout(1))\nsetInterval(() => {}, 1)', 3],
    ['src/globals/network.ts', 'export const a = () => new WebSocket(location.href)', 2],
    ['src/globals/requests.ts', 'new EventSource("")\nnew XMLHttpRequest()\nfetch("")', 3],
    ['src/globals/page.ts', 'export const a = { document, b: window.name, c: globalThis }', 3],
    ['src/globals/storage.ts', 'localStorage.clear()\nsessionStorage.clear()', 2],
    ['src/globals/bare.ts', 'export const a = name + status', 2],
  ],
  'nursery/noJsRestrictedProperties': [
    ['src/globals/chance.ts', 'export const a = Math.random()', 1],
  ],
  'style/noExcessiveLinesPerFile': [
    ['src/long.ts', `${lines(250, '')}export {}\n`, 1],
    ['test/long.test.ts', `${lines(250, '')}export {}\n`, 1],
  ],
  'complexity/noExcessiveLinesPerFunction': [
    ['src/longer.ts', `export const a = () => {\n${lines(151)}}\n`, 1],
    ['demo/longer.ts', `export function a() {\n${lines(151)}}\n`, 1],
  ],
  'style/noNestedTernary': [
    ['src/choice.ts', 'export const a = (b: number) => (b > 1 ? 1 : b > 0 ? 2 : 3)', 1],
    ['demo/choice.ts', 'export const a = (b: number) => (b > 0 ? (b > 1 ? 1 : 2) : 3)', 1],
  ],
  'style/noDefaultExport': [
    ['src/exports/value.ts', 'export default 1', 1],
    ['src/exports/function.ts', 'export default function a() {}', 1],
    ['src/exports/alias.ts', 'const a = 1\nexport { a as default }', 1],
  ],
  'suspicious/noExplicitAny': [['src/any.ts', 'export const a = (b: any) => b as any[]', 2]],
  'style/noNonNullAssertion': [
    ['src/assertion.ts', 'export const a = (b?: string) => b!.length', 1],
  ],
  'nursery/useConsistentFunctionStyle': [
    ['src/dialect.ts', 'export function a() {\n  return 1\n}', 1],
    ['demo/dialect.ts', 'export const a = function b() {\n  return b\n}', 1],
  ],
  'style/useConsistentTypeDefinitions': [
    ['demo/types.ts', 'export type A = { readonly b: string }', 1],
  ],
}

/** What no rule may complain about. */
const PASSED: Readonly<Record<string, string>> = {
  'src/platform/environment.ts': 'export const a = () => [globalThis, Date.now(), Math.random()]',
  'src/wire.ts': `import type { Port } from './port.ts'
    export interface Environment { Date: { now(): number }; document?: Document; port?: Port }
    export const factory = ({ document, ...page }: Environment) => {
      const read = () => page.Date.now() + Math.max(1, 2)
      const url = new URL('http://host')
      ${lines(140, 'read()')}
      return { read, window: 1, url, document, abort: new AbortController() }
    }`,
  'src/port.ts': 'export type Port = string | number',
  'src/full.ts': `${lines(249, '')}export {}\n`,
  'demo/clock.ts': 'export const a = () => Date.now() + Math.random()',
  'demo/declared.ts': 'export function a() {\n  return (b: number) => b + 1\n}',
  'test/describe.test.ts': `f(() => {\n${lines(200)}})\n`,
}

describe('biome.json', () => {
  const found = new Map<string, string[]>()
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'biome-'))
    const files = [...Object.values(CAUGHT).flat(), ...Object.entries(PASSED)]
    for (const [path, text] of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    await copyFile(join(ROOT, 'biome.json'), join(folder, 'biome.json'))

    for (const { category, location } of await lint(folder)) {
      const rules = found.get(location.path) ?? []
      found.set(location.path, [...rules, category.replace('lint/', '')])
    }
  })

  afterAll(() => rm(folder, { recursive: true }))

  const cases = Object.entries(CAUGHT).flatMap(([rule, files]) =>
    files.map(([path, , count]) => ({ rule, path, count })),
  )

  test.each(cases)('$rule: $count in $path', ({ rule, path, count }) => {
    expect((found.get(path) ?? []).filter((name) => name === rule)).toHaveLength(count)
  })

  test.each(Object.keys(PASSED))('lets %s pass', (path) => {
    expect(found.get(path) ?? []).toEqual([])
  })
})

/** What Biome has to say about a folder; it leaves with an error where it has anything. */
function lint(folder: string): Promise<readonly Diagnostic[]> {
  const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome')
  const options = ['--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none']
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [biome, 'lint', ...options, folder],
      { cwd: folder },
      (_error, output, errors) => {
        if (output === '') reject(new Error(errors))
        else resolve(JSON.parse(output).diagnostics)
      },
    )
  })
}
