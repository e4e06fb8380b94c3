// Builds dist/: the production build and, in development/, the one that checks, advises and explains. npm users get
// index.js and core.js, which share one copy of the code; CDN users get steadywire.js (ESM), steadywire.min.js or
// steadywire.dev.js (script tag), each one file with everything inside.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import terser from '@rollup/plugin-terser'
import { dts } from 'rollup-plugin-dts'
import esbuild from 'rollup-plugin-esbuild'
import { DEVELOPMENT, PRODUCTION } from './scripts/lib/builds.mjs'
import { terserOptions } from './scripts/lib/terser-options.mjs'

const { name, version, license, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
/** What the application installs, if it uses the entry that needs it. */
const external = Object.keys(peerDependencies)
const banner = `/*! ${name} ${version} | ${license} */`
const entries = {
  index: 'src/index.ts',
  core: 'src/core.ts',
  fetchstream: 'src/transports/fetchstream.ts',
  mercure: 'src/protocols/mercure.ts',
  nchan: 'src/protocols/nchan.ts',
  plain: 'src/plain.ts',
  codecs: 'src/formats/index.ts',
  msgpack: 'src/formats/msgpack.ts',
  socketio: 'src/socketio.ts',
}

/** @returns {import('rollup').Plugin} */
function clean() {
  return {
    name: 'clean',
    buildStart: () => rmSync('dist', { recursive: true, force: true }),
  }
}

/**
 * Writes the subresource integrity hash of every script in dist.
 * @returns {import('rollup').Plugin}
 */
function integrity() {
  return {
    name: 'integrity',
    writeBundle() {
      const files = readdirSync('dist', { recursive: true }).map(String)
      const scripts = files.filter((file) => file.endsWith('.js'))

      const hashes = scripts.sort().map((file) => {
        const digest = createHash('sha384')
          .update(readFileSync(`dist/${file}`))
          .digest('base64')
        return [file.replaceAll('\\', '/'), `sha384-${digest}`]
      })
      writeFileSync(
        'dist/integrity.json',
        `${JSON.stringify(Object.fromEntries(hashes), null, 2)}\n`,
      )
    },
  }
}

/** @param {Record<string, string>} define */
function compile(define) {
  return esbuild({ target: 'es2022', tsconfig: 'tsconfig.json', define })
}

/** @param {string} dir @returns {import('rollup').OutputOptions} */
function modules(dir) {
  return {
    dir,
    banner,
    sourcemap: true,
    chunkFileNames: 'shared.js',
    minifyInternalExports: false,
  }
}

/** @param {string} file @returns {import('rollup').OutputOptions} */
function scriptTag(file) {
  return { file, format: 'iife', name: 'Steadywire', banner, sourcemap: true }
}

export default [
  {
    input: entries,
    external,
    plugins: [clean(), compile(PRODUCTION)],
    output: modules('dist'),
  },
  {
    input: entries.index,
    plugins: [compile(PRODUCTION)],
    output: [
      { file: 'dist/steadywire.js', banner, sourcemap: true },
      { ...scriptTag('dist/steadywire.min.js'), plugins: [terser(terserOptions)] },
    ],
  },
  {
    input: entries,
    external,
    plugins: [compile(DEVELOPMENT)],
    output: modules('dist/development'),
  },
  {
    input: entries.index,
    plugins: [compile(DEVELOPMENT)],
    output: scriptTag('dist/steadywire.dev.js'),
  },
  {
    input: entries,
    external,
    plugins: [dts({ tsconfig: 'tsconfig.json' }), integrity()],
    output: { dir: 'dist', chunkFileNames: 'shared.d.ts' },
  },
]
