/** The recipes in docs/servers: a test takes the code and the command from there, so that what is shown is what runs. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transform } from 'esbuild'

const FOLDER = fileURLToPath(new URL('../../../docs/servers/', import.meta.url))

/** A line of a recipe's shell blocks, which must be there as it is. */
export function commandIn(recipe: string, line: string): string {
  const text = readFileSync(join(FOLDER, `${recipe}.md`), 'utf8')
  const shown = [...text.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, code = '']) =>
    code.split('\n').map((shownLine) => shownLine.replace(/\s+#.*$/, '')),
  )
  if (shown.includes(line)) return line
  throw new Error(`docs/servers/${recipe}.md shows no command "${line}", but: ${shown.join('; ')}`)
}

export function folderOf(recipe: string): string {
  const folder = join(FOLDER, recipe)
  if (existsSync(folder)) return folder
  throw new Error(`There is no docs/servers/${recipe}`)
}

/** A client's module as a browser takes it: without its types. */
export async function clientIn(recipe: string, file: string): Promise<string> {
  const text = readFileSync(join(folderOf(recipe), file), 'utf8')
  const { code } = await transform(text, { loader: 'ts', target: 'es2022' })
  return code
}
