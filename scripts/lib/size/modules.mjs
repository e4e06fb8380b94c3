// Which source file the bytes of a bundle come from.
import { SourceMap } from 'node:module'
import { basename, relative, resolve } from 'node:path'
import { root } from '../prepare.mjs'
import { gzipBytes } from './bundle.mjs'

/** @typedef {{ source: string, bytes: number, gzipBytes: number }} Module */

const APPLICATION = 'application'

/** The source file of each character of the code, in the code's order. @param {import('rollup').OutputChunk} chunk */
function ownersOf({ code, map }) {
  if (!map) throw new Error('The bundle has no source map: rollup was asked for one.')
  // The contents are not needed to find the owner of a column.
  const sourceMap = new SourceMap({ ...map, file: '', sourceRoot: '', sourcesContent: [] })

  return code.split('\n').flatMap((line, row) =>
    [...line].map((_, column) => {
      const entry = sourceMap.findEntry(row, column)
      return 'originalSource' in entry ? entry.originalSource : `${APPLICATION}.js`
    }),
  )
}

/**
 * Minified bytes of each source file, and what the compressed bundle would lose without them; the largest first.
 * @param {import('rollup').OutputChunk} chunk
 * @returns {Module[]}
 */
export function modulesOf(chunk) {
  const owners = ownersOf(chunk)
  const characters = [...chunk.code.replaceAll('\n', '')]
  const whole = gzipBytes(characters.join(''))

  const modules = [...new Set(owners)].map((owner) => {
    const others = characters.filter((_, index) => owners[index] !== owner)
    return {
      source:
        basename(owner) === `${APPLICATION}.js` ? APPLICATION : relative(root, resolve(owner)),
      bytes: characters.length - others.length,
      gzipBytes: whole - gzipBytes(others.join('')),
    }
  })
  return modules.sort((a, b) => b.bytes - a.bytes)
}
