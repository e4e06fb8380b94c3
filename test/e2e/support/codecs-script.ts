/** The script `codecs.js`, built once where a test asks for it. */
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { PRODUCTION } from '../../../scripts/lib/builds.mjs'

let script: string | undefined

function build(): string {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL('page-codecs.ts', import.meta.url))],
    bundle: true,
    format: 'iife',
    globalName: 'codecs',
    define: PRODUCTION,
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

/** For the page: a global `codecs`. */
export function readCodecs(): string {
  script ??= build()
  return script
}
