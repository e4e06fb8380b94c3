// The parsed source tree that the architecture rules look at: files with their imports and types.
import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import ts from 'typescript'

export interface Import {
  /** The imported file, relative to src. */
  readonly target: string
  readonly isTypeOnly: boolean
}

export interface Source {
  /** Relative to src, with slashes. */
  readonly path: string
  readonly tree: ts.SourceFile
  readonly imports: readonly Import[]
}

export interface SourceTree {
  readonly sources: readonly Source[]
  readonly checker: ts.TypeChecker
}

const ROOT = '/src/'

/** TypeScript's own library files, parsed once. */
const libraries = new Map<string, ts.SourceFile | undefined>()

const isTypeOnly = (node: ts.ImportDeclaration | ts.ExportDeclaration): boolean =>
  ts.isExportDeclaration(node)
    ? node.isTypeOnly
    : node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword

function importsOf(path: string, tree: ts.SourceFile): Import[] {
  return tree.statements
    .filter((node) => ts.isImportDeclaration(node) || ts.isExportDeclaration(node))
    .flatMap((node) => {
      const specifier = node.moduleSpecifier
      if (!specifier || !ts.isStringLiteral(specifier)) return []
      const target = posix.join(posix.dirname(path), specifier.text)
      return [{ target, isTypeOnly: isTypeOnly(node) }]
    })
}

/** Parses sources given as text, so that the rules can be tried on bad ones too. */
export function parseSources(texts: Readonly<Record<string, string>>): SourceTree {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    noEmit: true,
    types: [],
  }
  const textOf = (file: string) => texts[file.slice(ROOT.length)]
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists, readFile } = host
  host.fileExists = (file) => textOf(file) !== undefined || fileExists(file)
  host.readFile = (file) => textOf(file) ?? readFile(file)
  host.getSourceFile = (file, version, ...rest) => {
    const text = file.startsWith(ROOT) ? textOf(file) : undefined
    if (text !== undefined) return ts.createSourceFile(file, text, version, true)
    if (!libraries.has(file)) libraries.set(file, getSourceFile(file, version, ...rest))
    return libraries.get(file)
  }
  const paths = Object.keys(texts).sort()
  const program = ts.createProgram(
    paths.map((path) => ROOT + path),
    options,
    host,
  )
  const sources = paths.map((path) => {
    const tree = program.getSourceFile(ROOT + path)
    if (!tree) throw new Error(`${path} could not be parsed.`)
    return { path, tree, imports: importsOf(path, tree) }
  })
  return { sources, checker: program.getTypeChecker() }
}

/** Parses every TypeScript file under the project's src. */
export function parseProject(): SourceTree {
  const src = new URL('../../../src/', import.meta.url)
  const paths = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts'))
  return parseSources(
    Object.fromEntries(paths.map((path) => [path, readFileSync(new URL(path, src), 'utf8')])),
  )
}

export function childrenOf(node: ts.Node): ts.Node[] {
  const children: ts.Node[] = []
  ts.forEachChild(node, (child) => {
    children.push(child)
  })
  return children
}

/** Every node below a node, depth first. */
export function* walk(node: ts.Node): Generator<ts.Node> {
  for (const child of childrenOf(node)) {
    yield child
    yield* walk(child)
  }
}

/** Where a node starts, as `path:line`. */
export function place({ path, tree }: Source, node: ts.Node): string {
  return `${path}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}`
}
