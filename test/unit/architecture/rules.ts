// The architecture's rules: each answers the places that break it, as sentences.
import ts from 'typescript'
import { childrenOf, place, type Source, type SourceTree, walk } from './sources.ts'

export type Rule = (tree: SourceTree) => string[]

/** An import goes to a strictly lower floor; `folder/*` is every file of a folder. */
const FLOORS: readonly (readonly string[])[] = [
  ['types.ts', 'parts.ts'],
  ['errors.ts', 'environment.ts', 'emitter.ts', 'backoff.ts', 'deadline.ts', 'refusals.ts'],
  ['stream/*', 'http.ts', 'inbox.ts', 'lifecycle.ts', 'life.ts', 'news.ts', 'options.ts', 'url.ts'],
  ['machine.ts', 'addresses.ts', 'inbound.ts', 'message.ts'],
  ['outbound.ts'],
  ['link.ts', 'protocols/*', 'codecs/*', 'transports/*', 'negotiation.ts'],
  ['runner.ts'],
  ['client.ts'],
  ['core.ts'],
  ['index.ts'],
]

/** What an application picks: only the entries name it, so nobody pays for what was left out. */
const PARTS = ['protocols/*', 'codecs/*', 'transports/*', 'negotiation.ts']
const ENTRIES = ['core.ts', 'index.ts']

/** The page's globals that neither keep state nor reach outside. */
const PURE_GLOBALS = new Set([
  'AbortController',
  'AbortSignal',
  'DOMException',
  'Event',
  'EventTarget',
  'MessageEvent',
  'TextDecoder',
  'TextEncoder',
  'URL',
  'URLSearchParams',
])

const MAX_FILE_LINES = 250
const MAX_FUNCTION_LINES = 40
const MAX_FACTORY_LINES = 150

const isAmong = (path: string, entries: readonly string[]): boolean =>
  entries.some((entry) =>
    entry.endsWith('/*') ? path.startsWith(entry.slice(0, -1)) : entry === path,
  )

const floorOf = (path: string): number => FLOORS.findIndex((floor) => isAmong(path, floor))

/** types.ts holds words only: naming one, or its naming a class as a type, is no dependency. */
const dependenciesOf = ({ path, imports }: Source): string[] =>
  imports
    .filter(({ target, isTypeOnly }) => !(isTypeOnly && [path, target].includes('types.ts')))
    .map(({ target }) => target)

const floors: Rule = ({ sources }) =>
  sources.flatMap((source) => {
    const floor = floorOf(source.path)
    if (floor < 0) return [`${source.path} has no floor: give it one in the table of floors`]
    return dependenciesOf(source)
      .filter((target) => floorOf(target) >= floor)
      .map((target) => `${source.path} imports ${target}, which is not on a lower floor`)
  })

const parts: Rule = ({ sources }) =>
  sources
    .filter(({ path }) => !ENTRIES.includes(path))
    .flatMap((source) =>
      dependenciesOf(source)
        .filter((target) => isAmong(target, PARTS))
        .map((target) => `${source.path} imports ${target}, which only an entry may name`),
    )

const cycles: Rule = ({ sources }) => {
  const targets = new Map(sources.map((source) => [source.path, dependenciesOf(source)]))
  const reaches = (from: string, goal: string, seen: Set<string>): boolean =>
    (targets.get(from) ?? []).some((target) => {
      if (target === goal) return true
      if (seen.has(target)) return false
      seen.add(target)
      return reaches(target, goal, seen)
    })
  return [...targets.keys()]
    .filter((path) => reaches(path, path, new Set()))
    .map((path) => `${path} imports itself by way of others`)
}

/** The file of the TypeScript library that declares a name, when nothing in src does. */
function libraryOf(checker: ts.TypeChecker, name: ts.Identifier): string | undefined {
  const symbol = ts.isShorthandPropertyAssignment(name.parent)
    ? checker.getShorthandAssignmentValueSymbol(name.parent)
    : checker.getSymbolAtLocation(name)
  if (symbol?.name === 'globalThis') return 'lib.dom.d.ts'
  const file = symbol?.valueDeclaration?.getSourceFile().fileName
  return file?.match(/lib\.[\w.]+\.d\.ts$/)?.[0]
}

/** Every identifier that is read as a value: not a property's name, not in a type. */
function* valuesIn(node: ts.Node): Generator<ts.Identifier> {
  if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return
  if (ts.isIdentifier(node) && !isPropertyName(node)) yield node
  for (const child of childrenOf(node)) yield* valuesIn(child)
}

function isPropertyName(node: ts.Identifier): boolean {
  const { parent } = node
  return (
    (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent)) &&
    parent.name === node
  )
}

function isPageGlobal(checker: ts.TypeChecker, name: ts.Identifier): boolean {
  const library = libraryOf(checker, name)
  if (library === undefined || PURE_GLOBALS.has(name.text)) return false
  if (name.text === 'Date') return true
  if (name.text === 'Math') return /^Math\.random$/.test(name.parent.getText())
  return library.startsWith('lib.dom')
}

const globals: Rule = ({ sources, checker }) =>
  sources
    .filter(({ path }) => path !== 'environment.ts')
    .flatMap((source) =>
      [...valuesIn(source.tree)]
        .filter((name) => isPageGlobal(checker, name))
        .map((name) => `${place(source, name)} uses ${name.text}: take it from the environment`),
    )

const linesOf = (node: ts.Node): number => node.getText().split('\n').length

const fileSizes: Rule = ({ sources }) =>
  sources
    .map(({ path, tree }) => ({ path, lines: tree.getFullText().trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > MAX_FILE_LINES)
    .map(({ path, lines }) => `${path} has ${lines} lines; ${MAX_FILE_LINES} are the limit`)

const isClosure = (node: ts.Node | undefined): boolean =>
  node !== undefined &&
  (ts.isObjectLiteralExpression(node) || ts.isFunctionLike(node) || ts.isClassExpression(node))

/** The expressions that a function itself returns, not those of functions inside it. */
function returned(node: ts.Node): ts.Expression[] {
  return childrenOf(node).flatMap((child) => {
    if (ts.isFunctionLike(child)) return []
    if (ts.isReturnStatement(child)) return child.expression ? [child.expression] : []
    return returned(child)
  })
}

/** A factory returns an object or a function that keeps its variables alive. */
function isFactory({ body }: ts.FunctionLikeDeclaration): boolean {
  if (!body) return false
  if (!ts.isBlock(body))
    return isClosure(ts.isParenthesizedExpression(body) ? body.expression : body)
  const values = new Map<string | undefined, ts.Node | undefined>()
  for (const statement of body.statements) {
    if (ts.isFunctionDeclaration(statement)) values.set(statement.name?.text, statement)
    if (!ts.isVariableStatement(statement)) continue
    for (const { name, initializer } of statement.declarationList.declarations)
      values.set(name.getText(), initializer)
  }
  return returned(body).some((value) =>
    isClosure(ts.isIdentifier(value) ? values.get(value.text) : value),
  )
}

const isFunction = (node: ts.Node): node is ts.FunctionLikeDeclaration =>
  ts.isFunctionLike(node) && 'body' in node && node.body !== undefined

const functionSizes: Rule = ({ sources }) =>
  sources.flatMap((source) =>
    [...walk(source.tree)].filter(isFunction).flatMap((node) => {
      const limit = isFactory(node) ? MAX_FACTORY_LINES : MAX_FUNCTION_LINES
      const lines = linesOf(node)
      if (lines <= limit) return []
      return [`${place(source, node)} has a function of ${lines} lines; ${limit} are the limit`]
    }),
  )

const isDefaultExport = (node: ts.Node): boolean =>
  ts.isExportAssignment(node) ||
  (ts.isExportSpecifier(node) && node.name.text === 'default') ||
  (ts.canHaveModifiers(node) &&
    ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) === true)

const defaultExports: Rule = ({ sources }) =>
  sources.flatMap((source) =>
    [...walk(source.tree)]
      .filter(isDefaultExport)
      .map((node) => `${place(source, node)} has a default export: name it`),
  )

const anyTypes: Rule = ({ sources }) =>
  sources.flatMap((source) =>
    [...walk(source.tree)]
      .filter((node) => node.kind === ts.SyntaxKind.AnyKeyword)
      .map((node) => `${place(source, node)} says any: say what it is, or unknown`),
  )

export const rules = {
  floors,
  parts,
  cycles,
  globals,
  fileSizes,
  functionSizes,
  defaultExports,
  anyTypes,
} satisfies Record<string, Rule>
