// The texts in scripts, as a compiler reads them: whatever quotes and escapes a bundler chose.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** Calls `visit` with the node and all below it. */
function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node)
  ts.forEachChild(node, (child) => walk(child, visit))
}

function parse(code: string): ts.SourceFile {
  return ts.createSourceFile('script.ts', code, ts.ScriptTarget.ES2022, true)
}

/** The text of every string, and of every piece of a template, below a node. */
function textsBelow(root: ts.Node): string[] {
  const texts: string[] = []
  walk(root, (node) => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node)) texts.push(node.text)
    if (ts.isTemplateMiddle(node) || ts.isTemplateTail(node)) texts.push(node.text)
  })
  return texts
}

/** All texts of a script in one, a line each. */
export function textsOf(code: string): string {
  return textsBelow(parse(code)).join('\n')
}

/** What people read has at least three words. */
function isProse(text: string): boolean {
  return text.trim().split(/\s+/).length >= 3
}

/** The sentences in a source file, or in its constant of that name. */
export function proseOf(source: string, constant?: string): string[] {
  const path = fileURLToPath(new URL(`../../src/${source}`, import.meta.url))
  const file = parse(readFileSync(path, 'utf8'))
  let root: ts.Node | undefined = constant === undefined ? file : undefined

  walk(file, (node) => {
    if (!ts.isVariableDeclaration(node) || node.name.getText() !== constant) return
    root = node
  })
  if (!root) throw new Error(`${source} has no constant ${constant}`)
  return textsBelow(root).filter(isProse)
}
