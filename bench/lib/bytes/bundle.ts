/** Bundles and minifies an application the same way whatever its client, and weighs it. */
import { createRequire } from 'node:module'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { BuildOptions } from 'esbuild'
import * as esbuild from 'esbuild'
import { terserOptions } from '../../../scripts/lib/terser-options.mjs'
import type { Entry } from './entries.ts'

interface Terser {
  minify(code: string, options: object): Promise<{ readonly code?: string }>
}

/** The one that the package's own build uses. */
const terser: Terser = createRequire(import.meta.resolve('@rollup/plugin-terser'))('terser')

export interface Weight {
  readonly minBytes: number
  readonly gzipBytes: number
  readonly brotliBytes: number
}

export interface Bundle extends Entry, Weight {
  /** The same application as a script that only makes a function of it, `connectNow`; its names stay its own. */
  readonly script: string
}

export const weigh = (code: string): Weight => ({
  minBytes: Buffer.byteLength(code),
  gzipBytes: gzipSync(code, { level: 9 }).length,
  brotliBytes: brotliCompressSync(code).length,
})

/** One text without imports. */
async function build(contents: string, options: BuildOptions): Promise<string> {
  const { outputFiles } = await esbuild.build({
    stdin: { contents, resolveDir: 'bench' },
    bundle: true,
    target: 'es2022',
    write: false,
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    logLevel: 'error',
    ...options,
  })
  return outputFiles?.[0]?.text ?? ''
}

async function minify(module: string): Promise<string> {
  const { code = '' } = await terser.minify(module, {
    ...terserOptions,
    module: true,
    toplevel: true,
    format: { comments: false },
  })
  return code
}

/** What comes after the import, if there is one, waits for a call. */
const postponed = (code: string) =>
  `${code.replace(/^(import .*\n)?/, '$1globalThis.connectNow = () => {')}\n}`

export async function bundle(entry: Entry): Promise<Bundle> {
  const { code } = entry
  const minified = await minify(await build(code, { format: 'esm' }))
  // Terser takes its time, and a script is parsed as fast without it.
  const script = await build(postponed(code), { format: 'iife', minify: true })
  return { ...entry, ...weigh(minified), script }
}
