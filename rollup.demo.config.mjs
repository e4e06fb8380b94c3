// Builds the demo page: demo/page/ -> demo/dist/, from the built package as a user would have it.
import { copyFileSync, existsSync, readdirSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import esbuild from 'rollup-plugin-esbuild'

const STATIC = new Set(['.html', '.css', '.svg', '.ico'])
/** @type {Record<string, string | undefined>} */
const PACKAGE_ENTRIES = {
  steadywire: 'dist/index.js',
  'steadywire/core': 'dist/core.js',
}

/**
 * The page imports the package by its name: here that is what was just built.
 * @returns {import('rollup').Plugin}
 */
function ownPackage() {
  return {
    name: 'own-package',
    resolveId(source) {
      const file = PACKAGE_ENTRIES[source]
      if (file === undefined) return null
      if (!existsSync(file)) throw new Error(`${file} is missing. Run "npm run build" first.`)
      return resolve(file)
    },
  }
}

/**
 * Copies the page's static files beside the bundle.
 * @returns {import('rollup').Plugin}
 */
function copyStatic() {
  return {
    name: 'copy-static',
    writeBundle() {
      for (const file of readdirSync('demo/page')) {
        if (STATIC.has(extname(file))) copyFileSync(`demo/page/${file}`, `demo/dist/${file}`)
      }
    },
  }
}

export default {
  input: 'demo/page/main.ts',
  plugins: [
    ownPackage(),
    nodeResolve({ browser: true }),
    esbuild({ target: 'es2022', tsconfig: 'tsconfig.demo.json' }),
    copyStatic(),
  ],
  output: { dir: 'demo/dist', sourcemap: true },
}
