// Copies of the project with a bug in them.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bug, Edit } from './bug.ts'

/** What the layers need. */
const FOLDERS = ['src', 'docs', 'demo/server', 'test/sim', 'test/support', 'test/unit']

/** The text with the edit made. Throws where it does not apply, so that no bug is believed to be caught that is not there. */
export const applyEdit = (text: string, { file, from, to }: Edit): string => {
  const count = text.split(from).length - 1
  if (count !== 1) {
    throw new Error(`A planted bug no longer fits: "${from}" occurs ${count} times in src/${file}`)
  }
  return text.replace(from, () => to)
}

/** Makes a copy of the project below `copies`, with the bug in it, if any. Answers its folder. */
export const plant = (root: string, copies: string, name: string, bug?: Bug): string => {
  const copy = join(copies, name)
  rmSync(copy, { recursive: true, force: true })
  mkdirSync(copy, { recursive: true })
  writeFileSync(join(copy, 'package.json'), '{ "type": "module" }\n')
  for (const folder of FOLDERS) {
    cpSync(join(root, folder), join(copy, folder), { recursive: true })
  }
  for (const edit of bug?.edits ?? []) {
    const path = join(copy, 'src', edit.file)
    writeFileSync(path, applyEdit(readFileSync(path, 'utf8'), edit))
  }
  return copy
}
