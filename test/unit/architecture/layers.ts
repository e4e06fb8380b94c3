// The rules of layers: each returns what breaks it, as sentences.
import type { Row, SourceMap, Step } from './map.ts'
import { importsOf, type Source } from './sources.ts'

export interface Project {
  readonly map: SourceMap
  readonly sources: readonly Source[]
  /** Whether a path, relative to the repository, leads to a file or a folder. */
  readonly exists: (path: string) => boolean
}

export type LayerRule = (project: Project) => string[]

const ENTRIES = ['core.ts', 'index.ts', 'plain.ts', 'socketio.ts']

function holds({ entry }: Row, path: string): boolean {
  return entry.endsWith('/*') ? path.startsWith(entry.slice(0, -1)) : path === entry
}

function rowOf({ rows }: SourceMap, path: string): Row | undefined {
  return rows.find((row) => holds(row, path))
}

/** What a row's files import from other rows, in the order of the table. */
function importedBy(row: Row, { map, sources }: Project): Row[] {
  const targets = sources
    .filter(({ path }) => holds(row, path))
    .flatMap(importsOf)
    .map(({ target }) => rowOf(map, target))
  return map.rows.filter((other) => other !== row && targets.includes(other))
}

/** An import goes to a strictly lower floor; neighbours in one folder are free, and Biome finds their cycles. */
function floors({ map, sources }: Project): string[] {
  return sources.flatMap((source) => {
    const row = rowOf(map, source.path)
    if (!row) return [`${source.path} has no row in the table of src/README.md`]

    return importsOf(source).flatMap(({ target }) => {
      const other = rowOf(map, target)
      if (other === row || (other && other.floor < row.floor)) return []
      return [`${source.path} imports ${target}, which is not on a lower floor`]
    })
  })
}

/** The table says what each row imports: no more, and no less. */
function imports(project: Project): string[] {
  return project.map.rows.flatMap((row) => {
    if (row.mayImport === 'all below') return []
    const actual = importedBy(row, project).map(({ entry }) => entry)
    const isTrue = [...actual].sort().join() === [...row.mayImport].sort().join()
    const codes = actual.map((entry) => `\`${entry}\``).join(', ')
    return isTrue ? [] : [`${row.entry} imports ${codes || 'nothing'}: say so in src/README.md`]
  })
}

/** Only an entry, or a part that builds on it, imports the value of a part, so that nobody pays for what was left out. */
function parts({ map, sources }: Project): string[] {
  return sources
    .filter(({ path }) => ![...ENTRIES, ...map.parts].includes(path))
    .flatMap((source) =>
      importsOf(source)
        .filter(({ target, isTypeOnly }) => !isTypeOnly && map.parts.includes(target))
        .map(
          ({ target }) =>
            `${source.path} imports ${target}, which only an entry or a part may name`,
        ),
    )
}

function contains({ path, tree }: Source, step: Step): boolean {
  return path === step.path && new RegExp(`\\b${step.name}\\b`).test(tree.text)
}

/** What the map names is there, and what is there has its place in the tree. */
function truth({ map, sources, exists }: Project): string[] {
  const paths = sources.map(({ path }) => path)
  const { tree, rows, parts: picks, named, steps } = map

  return [
    ...paths.filter((path) => !tree.includes(path)).map((path) => `${path} is not in the tree`),
    ...[...new Set([...tree, ...picks, ...named])]
      .filter((path) => !paths.includes(path))
      .map((path) => `${path} is named and does not exist`),
    ...rows
      .filter((row) => !paths.some((path) => holds(row, path)))
      .map(({ entry }) => `${entry} has a row and no file`),
    ...rows
      .flatMap(({ tests }) => tests)
      .filter((path) => !exists(path))
      .map((path) => `${path} is named and does not exist`),
    ...steps
      .filter((step) => !sources.some((source) => contains(source, step)))
      .map(({ name, path }) => `${path} has no ${name}`),
  ]
}

export const layerRules = { floors, imports, parts, truth } satisfies Record<string, LayerRule>
