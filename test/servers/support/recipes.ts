/** The recipes in docs/servers: a test takes the code and the command from there, so that what is shown is what runs. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transform } from 'esbuild'
import { recipes } from '../../../scripts/lib/server-recipes.mjs'

const FOLDER = fileURLToPath(new URL('../../../docs/servers/', import.meta.url))

/** A line of the recipes' shell blocks, which must be there as it is. */
export function commandIn(line: string): string {
  const blocks = recipes().flatMap(([, text]) => [...text.matchAll(/^```sh\n(.*?)^```/gms)])
  const shown = blocks.flatMap(([, code = '']) => code.split('\n'))
  if (shown.includes(line)) return line
  throw new Error(`docs/servers shows no command "${line}", but: ${shown.join('; ')}`)
}

export function folderOf(recipe: string): string {
  const folder = join(FOLDER, recipe)
  if (existsSync(folder)) return folder
  throw new Error(`There is no docs/servers/${recipe}`)
}

export function readRecipe(recipe: string, file: string): string {
  return readFileSync(join(folderOf(recipe), file), 'utf8')
}

/** A client's module as a browser takes it: without its types. */
export async function clientIn(recipe: string, file: string): Promise<string> {
  const options = { loader: 'ts', target: 'es2022' } as const
  const { code } = await transform(readRecipe(recipe, file), options)
  return code
}
