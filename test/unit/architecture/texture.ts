// The rules of texture: each returns the places in a file that break it, as sentences.
import ts from 'typescript'
import {
  childrenOf,
  type FunctionNode,
  functionsIn,
  linesOf,
  ownLinesOf,
  place,
  type Source,
  walk,
} from './sources.ts'

export type TextureRule = (source: Source) => string[]

const MAX_OWN_LINES = 40
const MAX_LINES_WITHOUT_BREAK = 15

/** What the compiler believes without a check: `x as T`, `<T>x`, and the comment that says so in JavaScript. */
function isCast(node: ts.Node): boolean {
  if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node))
    return !ts.isConstTypeReference(node.type)

  const type = ts.isParenthesizedExpression(node) ? ts.getJSDocType(node) : undefined
  return type !== undefined && !ts.isConstTypeReference(type)
}

function casts(source: Source): string[] {
  return [...walk(source.tree)]
    .filter(isCast)
    .map((node) => `${place(source, node)} casts: let the types prove it`)
}

function isClosure(node: ts.Node | undefined): boolean {
  return node !== undefined && (ts.isObjectLiteralExpression(node) || ts.isFunctionLike(node))
}

/** What the statements of a function itself return, not those of functions inside it. */
function returnedBy(node: ts.Node): ts.Expression[] {
  return childrenOf(node).flatMap((child) => {
    if (ts.isFunctionLike(child)) return []
    if (ts.isReturnStatement(child)) return child.expression ? [child.expression] : []
    return returnedBy(child)
  })
}

/** A factory returns an object or a function that keeps its variables alive. */
function isFactory({ body }: FunctionNode): boolean {
  if (ts.isParenthesizedExpression(body)) return isClosure(body.expression)
  if (!ts.isBlock(body)) return isClosure(body)

  const closures = new Set<string>()
  for (const statement of body.statements) {
    if (ts.isFunctionDeclaration(statement) && statement.name) closures.add(statement.name.text)
    if (!ts.isVariableStatement(statement)) continue
    for (const { name, initializer } of statement.declarationList.declarations)
      if (isClosure(initializer)) closures.add(name.getText())
  }
  return returnedBy(body).some((value) =>
    ts.isIdentifier(value) ? closures.has(value.text) : isClosure(value),
  )
}

/** Lines of functions inside it are theirs. How long a factory is, and any function in all, is Biome's to bound. */
function functionSizes(source: Source): string[] {
  return functionsIn(source.tree)
    .filter((node) => ownLinesOf(source, node) > MAX_OWN_LINES && !isFactory(node))
    .map(
      (node) => `${place(source, node)} has more than ${MAX_OWN_LINES} lines of its own: split it`,
    )
}

function hasSteps({ body }: FunctionNode): boolean {
  return ts.isBlock(body) && body.statements.length > 1
}

function paragraphs(source: Source): string[] {
  return functionsIn(source.tree)
    .filter(hasSteps)
    .filter((node) => linesOf(source, node) > MAX_LINES_WITHOUT_BREAK)
    .filter((node) => !/\n\s*\n/.test(node.getText(source.tree)))
    .map((node) => `${place(source, node)} has no blank line: set its steps apart`)
}

/** Nothing but names to choose from, whole or anywhere: a union in disguise. */
function isListOfNames(pattern: string): boolean {
  const names = pattern.replace(/^\^\((?:\?:)?(.*)\)\$$/, '$1').split('|')
  return names.length > 1 && names.every((name) => /^[\w-]+$/.test(name))
}

function memberships(source: Source): string[] {
  return [...walk(source.tree)]
    .filter(ts.isPropertyAccessExpression)
    .filter(({ expression, name }) => {
      if (name.text !== 'test' || !ts.isRegularExpressionLiteral(expression)) return false
      return isListOfNames(expression.text.slice(1, expression.text.lastIndexOf('/')))
    })
    .map((node) => `${place(source, node)} looks a name up by a regular expression: compare it`)
}

function hasStatements(node: ts.Node | undefined): boolean {
  return node !== undefined && ts.isArrowFunction(node) && ts.isBlock(node.body)
}

/** Outside `src`, where bytes count, a module's functions are declared; an arrow is an expression. */
function declarations(source: Source): string[] {
  return source.tree.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => [...declarationList.declarations])
    .filter(({ initializer }) => hasStatements(initializer))
    .map((node) => `${place(source, node)} is an arrow with statements: declare a function`)
}

export const textureRules = {
  casts,
  functionSizes,
  paragraphs,
  memberships,
  declarations,
} satisfies Record<string, TextureRule>
