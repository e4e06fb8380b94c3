// The parsed sources that the rules look at: a file's imports, its functions and the lines that are their own.
import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

export interface Import {
  /** The imported file, relative to the folder that was read. */
  readonly target: string
  readonly isTypeOnly: boolean
}

export interface Source {
  /** Relative to the folder that was read, with slashes. */
  readonly path: string
  readonly tree: ts.SourceFile
}

export type FunctionNode = ts.FunctionLikeDeclaration & { readonly body: ts.Node }

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

export function parse(path: string, text: string): Source {
  return { path, tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true) }
}

/** Every TypeScript and module file under a folder of the repository. */
export function readSources(folder: string): Source[] {
  const root = posix.join(ROOT, folder)
  return ts.sys
    .readDirectory(root, ['.ts', '.mjs'], ['**/node_modules', '**/dist'])
    .sort()
    .map((file) => parse(posix.relative(root, file), readFileSync(file, 'utf8')))
}

/** The names of the folders in a folder of the repository. */
export function foldersIn(folder: string): string[] {
  return readdirSync(posix.join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
    .map(({ name }) => posix.join(folder, name))
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

function lineOf({ tree }: Source, position: number): number {
  return tree.getLineAndCharacterOfPosition(position).line
}

/** Where a node starts, as `path:line`. */
export function place(source: Source, node: ts.Node): string {
  return `${source.path}:${lineOf(source, node.getStart(source.tree)) + 1}`
}

function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly
  return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
}

/** The file that a node names, however it does: import, export from, `import('…')` of a value or a type. */
function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal
  const isDynamic =
    ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
  return isDynamic ? node.arguments[0] : undefined
}

export function importsOf({ path, tree }: Source): Import[] {
  return [...walk(tree)].flatMap((node) => {
    const specifier = specifierOf(node)
    if (!specifier || !ts.isStringLiteralLike(specifier)) return []

    const isDeclaration = ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
    return [
      {
        target: posix.join(posix.dirname(path), specifier.text),
        isTypeOnly: isDeclaration ? isTypeOnly(node) : ts.isImportTypeNode(node),
      },
    ]
  })
}

export function isFunction(node: ts.Node): node is FunctionNode {
  return ts.isFunctionLike(node) && 'body' in node && node.body !== undefined
}

export function functionsIn(node: ts.Node): FunctionNode[] {
  return [...walk(node)].filter(isFunction)
}

/** How many lines a node covers, whole or in part. */
export function linesOf(source: Source, node: ts.Node): number {
  return lineOf(source, node.end) - lineOf(source, node.getStart(source.tree)) + 1
}

/** How many of a function's lines no function inside it covers. */
export function ownLinesOf(source: Source, node: FunctionNode): number {
  const first = lineOf(source, node.getStart(source.tree))
  const own = new Set(Array.from({ length: linesOf(source, node) }, (_, index) => first + index))
  for (const inner of functionsIn(node)) {
    const start = lineOf(source, inner.getStart(source.tree))
    for (let line = start; line <= lineOf(source, inner.end); line++) own.delete(line)
  }
  return own.size
}
