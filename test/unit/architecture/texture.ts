// The rules of texture: each returns the places in a file that break it, as sentences.
import ts from 'typescript'
import {
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

/** The rest of a factory belongs to the functions inside it; Biome bounds the whole. */
function functionSizes(source: Source): string[] {
  return functionsIn(source.tree).flatMap((node) => {
    const lines = ownLinesOf(source, node)
    if (lines <= MAX_OWN_LINES) return []
    return [
      `${place(source, node)} has a function of ${lines} lines of its own; ${MAX_OWN_LINES} are the limit`,
    ]
  })
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
  const inner = pattern.replace(/^\^/, '').replace(/\$$/, '')
  const names = inner.replace(/^\((?:\?:)?(.*)\)$/, '$1').split('|')
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
