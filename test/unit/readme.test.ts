// The documents tell the truth: their examples type-check, their tables name what exists, their links lead somewhere.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { fillQuotes } from '../../bench/lib/quotes.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { optionNames } from '../../src/diagnostics.ts'
import { type ErrorCode, SteadywireError } from '../../src/errors.ts'
import { defaultOptions } from '../../src/options.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const documents = [
  'README.md',
  ...['docs', 'docs/servers'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  ),
]
const others = ['PROTOCOL.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', 'src/README.md']
const readme = read('README.md')

/** What the examples take from their surroundings. */
const surroundings = {
  'surroundings.ts': `
    import type { Wire } from 'steadywire'
    declare global {
      type In = { tick: { n: number; at: number }; chat: { from: string; text: string } }
      type Out = { chat: (line: { from: string; text: string }) => { id: string } }
      const wire: Wire<In, Out>
      const draw: (rows: readonly number[]) => void
      const loadSnapshot: () => Promise<{ rows: number[]; lastEventId: string }>
      const renewSession: () => Promise<void>
      const Steadywire: { connect(url: string): Wire<In, Out> }
    }`,
  'react.ts': `
    export declare const useEffect: (effect: () => () => void, needs: readonly unknown[]) => void
    export declare const useState: <T>(first: T) => [T, (next: T) => void]`,
}

/** Code by name: blocks of TypeScript, and the inline scripts of blocks of HTML. */
function examplesIn(document: string): Readonly<Record<string, string>> {
  const text = read(document)
  const blocks = [...text.matchAll(/```(ts|html)\n(.*?)```/gs)]
  return Object.fromEntries(
    blocks.map(({ 1: kind, 2: code = '', index }) => [
      `${document}, line ${text.slice(0, index).split('\n').length}.ts`,
      kind === 'ts' ? code : (/<script>(.*?)<\/script>/s.exec(code)?.[1] ?? ''),
    ]),
  )
}

/** What TypeScript says of these files, with the project's settings; `steadywire` is the source. */
function typeErrors(files: Readonly<Record<string, string>>): string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  const all = new Map(
    Object.entries({ ...surroundings, ...files }).map(([name, code]) => [join(root, name), code]),
  )
  const settings: ts.CompilerOptions = {
    ...options,
    noUnusedLocals: false, // an example may end where it has said enough
    paths: { ...options.paths, react: [join(root, 'react.ts')] },
  }
  const host = ts.createCompilerHost(settings)
  const { getSourceFile, fileExists } = host

  host.fileExists = (path) => all.has(path) || fileExists(path)
  host.getSourceFile = (path, version) => {
    const code = all.get(path)
    return code === undefined
      ? getSourceFile(path, version)
      : ts.createSourceFile(path, code, version, true)
  }
  const entries = [join(root, 'src/globals.d.ts'), ...all.keys()] // nobody imports what declares __DEV__
  const program = ts.createProgram(entries, settings, host)
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line : 0
    const text = ts.flattenDiagnosticMessageText(messageText, ' ')
    return `${file?.fileName.slice(root.length) ?? ''}, line ${line + 1}: ${text}`
  })
}

/** The rows of the first table under a heading, or whose header begins so, of which the first cell is code. */
function table(start: string, document = 'README.md'): string[][] {
  const text = read(document)
  const after = text.slice(text.indexOf(`\n${start}`) + 1)
  const lines = after.slice(after.search(/^\|/m)).split('\n')
  const end = lines.findIndex((line) => !line.startsWith('|'))
  return lines
    .slice(2, end)
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim().replace(/^`(.*)`$/, '$1')))
}

function names(start: string, document?: string) {
  return table(start, document).map(([name]) => name ?? '')
}

/** TypeScript that is right when the names are exactly those keys, such as `ErrorCode` or `keyof Options`. */
function namesAre(found: readonly string[], keys: string) {
  const record = JSON.stringify(Object.fromEntries(found.map((name) => [name, 0])))
  return `import type { ${keys.replace('keyof ', '')} } from 'steadywire'
    export const named = ${record} satisfies Record<${keys}, 0>`
}

const tables = {
  'README.md, the table of options.ts': namesAre(names('## Options'), 'keyof Options'),
  'README.md, the table of errors.ts': namesAre(names('| code'), 'ErrorCode'),
  'README.md, the table of events.ts': namesAre(names('| event of'), 'keyof ConnectionEvents'),
  'docs/connecting.md, the table of reasons.ts': namesAre(
    names('| reason', 'docs/connecting.md'),
    'Reason',
  ),
  'docs/other-servers.md, the table of options.ts': namesAre(
    names('## Options', 'docs/other-servers.md'),
    'keyof PlainOptions',
  ),
  'docs/reliability.md, the table of gaps.ts': namesAre(
    names('| reason', 'docs/reliability.md'),
    'GapReason',
  ),
}

describe('the examples', () => {
  test('type-check, and so do the names in the tables', { timeout: 60_000 }, () => {
    const examples = Object.assign({}, ...documents.map(examplesIn))
    expect(Object.keys(examples).length).toBeGreaterThan(10)
    expect(typeErrors({ ...examples, ...tables })).toEqual([])
  })

  test('would be found wrong', { timeout: 60_000 }, () => {
    const wrong = {
      'code.ts': namesAre(['url'], 'ErrorCode'),
      'event.ts': `wire.on('tock', () => {})`,
      'key.ts': namesAre(['type', 'date'], 'keyof StreamEvent'),
      'option.ts': `import { connect } from 'steadywire'\nconnect('/live', { minDelay: 1 })`,
    }
    expect(typeErrors(wrong).sort()).toEqual([
      expect.stringMatching(/^code.ts, line 2: .*missing/),
      expect.stringMatching(/^event.ts, line 1: .*tock/),
      expect.stringMatching(/^key.ts, line 2: .*date/),
      expect.stringMatching(/^option.ts, line 2: .*minDelay/),
    ])
  })

  test('quote the version of the package', () => {
    const versions = [...readme.matchAll(/steadywire[@-](\d+\.\d+\.\d+)/g)].map((match) => match[1])
    expect(versions.length).toBeGreaterThan(0)
    expect(new Set(versions)).toEqual(new Set([packageJson.version]))
  })
})

test('README prints the quickstart as it is', () => {
  expect(readme).toContain(`\`\`\`js\n${read('demo/quickstart.mjs')}\`\`\``)
})

describe('the table of options', () => {
  const defaults = Object.entries(defaultOptions).filter(
    ([, value]) => value !== undefined && value !== '',
  )

  test('lists them all', () => {
    expect(names('## Options').sort()).toEqual([...optionNames()].sort())
  })

  test.each(defaults)('says the default of %s', (name, value) => {
    const shown = table('## Options').find(([option]) => option === name)?.[1]
    expect(shown).toBe(typeof value === 'number' ? value.toLocaleString('en') : String(value))
  })
})

describe('the table of errors', () => {
  test.each(table('| code'))('says whether %s can be retried', (code, retryable) => {
    const error = new SteadywireError(code as ErrorCode, '')
    expect(retryable).toBe(error.retryable ? 'yes' : 'no')
  })
})

test('README quotes docs/benchmarks.md as it is', () => {
  expect(readme).toContain('<!-- bench:')
  expect(fillQuotes(readme, read('docs/benchmarks.md'))).toBe(readme)
})

test('the table of clauses names tests that exist', () => {
  const [, rows = ''] = read('docs/reliability.md').split('| clause |')
  const groups = ['connection', 'downstream', 'upstream', 'transports', 'protocols', 'platform']
  const exists = (name: string, folders: readonly string[], kind: string) =>
    folders.some((folder) => existsSync(join(root, `test/${folder}/${name}.${kind}.ts`)))
  const unitFolders = ['unit', ...groups.map((group) => `unit/${group}`)]
  const named = [...rows.matchAll(/^\| \d.*\|.*\|(.*)\|(.*)\|$/gm)].flatMap(([, unit, real]) => {
    const all = (cell = '') => [...cell.matchAll(/`(.+?)`/g)].map(([, name = '']) => name)
    return [
      ...all(unit).map((name) => ({ name, found: exists(name, unitFolders, 'test') })),
      ...all(real).map((name) => ({ name, found: exists(name, ['e2e', 'engines'], 'spec') })),
    ]
  })

  expect(named.length).toBeGreaterThan(30)
  expect(named.filter(({ found }) => !found)).toEqual([])
})

describe('the links', () => {
  const slug = (heading: string) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-')
  const anchors = (path: string) =>
    [...read(path).matchAll(/^#+ (.*)$/gm)].map(({ 1: heading = '' }) => slug(heading))

  test.each([...documents, ...others])('of %s lead somewhere', (document) => {
    const links = [...read(document).matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g)]
    const dead = links.filter(({ 1: path = '', 2: anchor }) => {
      const target = path === '' ? document : join(dirname(document), path)
      return !existsSync(join(root, target)) || (anchor && !anchors(target).includes(anchor))
    })
    expect(dead.map(([link]) => link)).toEqual([])
  })
})
