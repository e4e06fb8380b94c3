// The recipes of docs/servers: their code is the text of the files beside them, which the tests run.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './prepare.mjs'

const FOLDER = 'docs/servers'

/** A line with nothing but a file's name, and the block of code below it. */
const SHOWN = /^`([\w-]+\/[\w.-]+)`:\n\n```(\w+)\n[\s\S]*?^```$/gm

/** @param {string} path relative to docs/servers */
function read(path) {
  return readFileSync(join(root, FOLDER, path), 'utf8')
}

/** Documents and their texts. @returns {[string, string][]} */
export function recipes() {
  return readdirSync(join(root, FOLDER))
    .filter((name) => name.endsWith('.md'))
    .map((name) => [`${FOLDER}/${name}`, read(name)])
}

/** The recipe with the files as they are. @param {string} document */
export function withCode(document) {
  return document.replaceAll(
    SHOWN,
    (_block, file, language) => `\`${file}\`:\n\n\`\`\`${language}\n${read(file)}\`\`\``,
  )
}

/** The files that a document shows. @param {string} document */
export function shownIn(document) {
  return [...document.matchAll(SHOWN)].map(([, file = '']) => file)
}

/** All files that recipes are to show. */
export function recipeFiles() {
  return readdirSync(join(root, FOLDER), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readdirSync(join(root, FOLDER, name)).map((file) => `${name}/${file}`))
}
