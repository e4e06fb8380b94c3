// Builds dist/. npm users get index.js and core.js, which share one copy of the code; CDN users get
// steadywire.js (ESM) or steadywire.min.js (script tag), each one file with everything inside.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import terser from '@rollup/plugin-terser'
import { dts } from 'rollup-plugin-dts'
import esbuild from 'rollup-plugin-esbuild'
import { terserOptions } from './scripts/lib/terser-options.mjs'

const { name, version, license } = JSON.parse(readFileSync('package.json', 'utf8'))
const banner = `/*! ${name} ${version} | ${license} */`
const entries = { index: 'src/index.ts', core: 'src/core.ts' }

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
      const scripts = readdirSync('dist').filter((file) => file.endsWith('.js'))
      const hashes = scripts.sort().map((file) => {
        const digest = createHash('sha384')
          .update(readFileSync(`dist/${file}`))
          .digest('base64')
        return [file, `sha384-${digest}`]
      })
      writeFileSync(
        'dist/integrity.json',
        `${JSON.stringify(Object.fromEntries(hashes), null, 2)}\n`,
      )
    },
  }
}

const compile = esbuild({ target: 'es2022', tsconfig: 'tsconfig.json' })

export default [
  {
    input: entries,
    plugins: [clean(), compile],
    output: {
      dir: 'dist',
      banner,
      sourcemap: true,
      chunkFileNames: 'shared.js',
      minifyInternalExports: false,
    },
  },
  {
    input: entries.index,
    plugins: [compile],
    output: [
      { file: 'dist/steadywire.js', banner, sourcemap: true },
      {
        file: 'dist/steadywire.min.js',
        format: 'iife',
        name: 'Steadywire',
        banner,
        sourcemap: true,
        plugins: [terser(terserOptions)],
      },
    ],
  },
  {
    input: entries,
    plugins: [dts({ tsconfig: 'tsconfig.json' }), integrity()],
    output: { dir: 'dist', chunkFileNames: 'shared.d.ts' },
  },
]
