// The map of the client, src/README.md, as the rules read it: its tree, its table, its parts, and all that it names.
import { posix } from 'node:path'

/** A row of the table of floors: `folder/*` is every file of a folder. */
export interface Row {
  readonly floor: number
  readonly entry: string
  /** The entries that it imports from, or all that are on lower floors. */
  readonly mayImport: readonly string[] | 'all below'
  /** Relative to the repository. */
  readonly tests: readonly string[]
}

/** What a walk passes through: "`name` in `path`". */
export interface Step {
  readonly name: string
  readonly path: string
}

export interface SourceMap {
  readonly tree: readonly string[]
  readonly rows: readonly Row[]
  /** What an application picks: only the entries import their values. */
  readonly parts: readonly string[]
  /** The files that the text names, relative to src. */
  readonly named: readonly string[]
  readonly steps: readonly Step[]
}

const CODE = /`([^`\n]+)`/g
const STEP = /`(\w+)` in `([\w/-]+\.ts)`/g
const ROW = /^\| *(\d+) *\|([^|]*)\|([^|]*)\|([^|]*)\|$/gm
const TREE = /^```\n(.*?)^```$/ms
const TREE_LINE = /^( *)([\w.-]+\/?)/
const PARTS = /^Parts: (.*)$/m

function codesIn(text: string): string[] {
  return [...text.matchAll(CODE)].map(([, code = '']) => code)
}

/** The sources under the tree's first line, by how far each line is indented. */
function filesIn(tree: string): string[] {
  const folders: { indent: number; path: string }[] = []

  return tree.split('\n').flatMap((line) => {
    const [, { length: indent } = '', name = ''] = TREE_LINE.exec(line) ?? []
    while ((folders.at(-1)?.indent ?? -1) >= indent) folders.pop()
    const path = posix.join(folders.at(-1)?.path ?? '', name)
    if (!name.endsWith('/')) return name.endsWith('.ts') ? [path] : []

    folders.push({ indent, path: folders.length === 0 ? '' : path })
    return []
  })
}

export function parseMap(text: string): SourceMap {
  const rows = [...text.matchAll(ROW)].map(([, floor, entry = '', mayImport = '', tests = '']) => ({
    floor: Number(floor),
    entry: codesIn(entry).join(),
    mayImport: mayImport.trim() === 'all below' ? ('all below' as const) : codesIn(mayImport),
    tests: codesIn(tests),
  }))

  return {
    tree: filesIn(TREE.exec(text)?.[1] ?? ''),
    rows,
    parts: codesIn(PARTS.exec(text)?.[1] ?? ''),
    named: codesIn(text).filter((code) => /^[\w/-]+\.ts$/.test(code) && !code.startsWith('test/')),
    steps: [...text.matchAll(STEP)].map(([, name = '', path = '']) => ({ name, path })),
  }
}
