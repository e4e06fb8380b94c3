/** Bundles and minifies an application in the same way for every client, and weighs it. */
import { createRequire } from 'node:module'
import { brotliCompressSync } from 'node:zlib'
import type { BuildOptions } from 'esbuild'
import * as esbuild from 'esbuild'
import { PRODUCTION } from '../../../scripts/lib/builds.mjs'
import { bundleByTerser, gzipBytes } from '../../../scripts/lib/size/bundle.mjs'
import { moduleOptions } from '../../../scripts/lib/terser-options.mjs'
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
  /** The same application as a script that only defines a function, `connectNow`; its names stay local. */
  readonly script: string
}

function weigh(code: string): Weight {
  return {
    minBytes: Buffer.byteLength(code),
    gzipBytes: gzipBytes(code),
    brotliBytes: brotliCompressSync(code).length,
  }
}

/** One text without imports. Steadywire's sources are found from the root, the peers from where they are installed. */
async function build({ own }: Entry, contents: string, options: BuildOptions): Promise<string> {
  const { outputFiles } = await esbuild.build({
    stdin: { contents, resolveDir: own ? '.' : 'bench' },
    bundle: true,
    target: 'es2022',
    write: false,
    legalComments: 'none',
    define: { ...PRODUCTION, 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    logLevel: 'error',
    ...options,
  })
  return outputFiles?.[0]?.text ?? ''
}

/** Steadywire's as `npm run size` does, so that there is one figure of it. */
async function minify(entry: Entry): Promise<string> {
  const { code, own } = entry
  if (own) return (await bundleByTerser(code)).code

  const module = await build(entry, code, { format: 'esm' })
  const minified = await terser.minify(module, moduleOptions)
  return minified.code ?? ''
}

/** Moves what follows the import, if there is one, into a function that waits for its call. */
function postpone(code: string): string {
  return `${code.replace(/^(import .*\n)?/, '$1globalThis.connectNow = () => {')}\n}`
}

export async function bundle(entry: Entry): Promise<Bundle> {
  const weight = weigh(await minify(entry))
  // A script is parsed as fast without terser, which takes long.
  const script = await build(entry, postpone(entry.code), { format: 'iife', minify: true })
  return { ...entry, ...weight, script }
}
