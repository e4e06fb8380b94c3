// Bundles and minifies an application as its users' tools do: the production build, by each of three minifiers.
import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { PRODUCTION } from '../builds.mjs'
import { root } from '../prepare.mjs'
import { moduleOptions } from '../terser-options.mjs'

const TARGET = 'es2022'
const ENTRY = 'application'
const ENTRY_FILE = resolve(root, 'application.js')

/** @param {string | Buffer} content */
export function gzipBytes(content) {
  return gzipSync(content, { level: 9 }).length
}

/** Makes an entry file of a text, for rollup and for Vite. @param {string} code */
function entryPlugin(code) {
  return {
    name: ENTRY,
    resolveId: (/** @type {string} */ source) => (source === ENTRY ? ENTRY_FILE : null),
    load: (/** @type {string} */ file) => (file === ENTRY_FILE ? code : null),
  }
}

/** By rollup and terser, as `dist` is built: the figure that gates and README go by. @param {string} code */
export async function bundleByTerser(code) {
  const { rollup } = await import('rollup')
  const { default: esbuild } = await import('rollup-plugin-esbuild')
  const { default: terser } = await import('@rollup/plugin-terser')
  const tsconfig = resolve(root, 'tsconfig.json')
  const compile = esbuild({ target: TARGET, tsconfig, define: PRODUCTION })

  const build = await rollup({ input: ENTRY, plugins: [entryPlugin(code), compile] })
  const { output } = await build.generate({ sourcemap: 'hidden', plugins: [terser(moduleOptions)] })
  await build.close()
  return output[0]
}

/** @param {string} code */
export async function bundleByEsbuild(code) {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: root },
    bundle: true,
    minify: true,
    format: 'esm',
    target: TARGET,
    define: PRODUCTION,
    legalComments: 'none',
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

/** By rolldown and its minifier, as Vite runs them. @param {string} code */
export async function bundleByRolldown(code) {
  const { build } = await import('vite')
  const built = await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    define: PRODUCTION,
    plugins: [{ ...entryPlugin(code), enforce: 'pre' }],
    build: {
      write: false,
      target: TARGET,
      minify: 'oxc',
      modulePreload: false,
      rolldownOptions: { input: ENTRY },
    },
  })

  const [{ output } = { output: [] }] = [built].flat().filter((one) => 'output' in one)
  return output.flatMap((file) => (file.type === 'chunk' ? file.code : [])).join('')
}
