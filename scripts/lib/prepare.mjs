// Makes a bare clone ready, without any dependency: checks Node, installs, builds what is stale.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

const BUILD_INPUTS = [
  'src',
  'demo/page',
  'package.json',
  'tsconfig.json',
  'tsconfig.demo.json',
  'rollup.config.mjs',
  'rollup.demo.config.mjs',
  'scripts/lib/builds.mjs',
  'scripts/lib/terser-options.mjs',
]
const BUILD_OUTPUTS = ['dist/integrity.json', 'demo/dist/main.js']

/**
 * Runs a command in the project's root with its output shown; resolves with the exit code.
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 * @returns {Promise<number>}
 */
export function run(command, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: 'inherit',
      shell: process.platform === 'win32', // npm is a .cmd file there
    })
    const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal)
    process.on('SIGTERM', forward)
    child.on('error', reject)
    child.on('close', (code) => {
      process.off('SIGTERM', forward)
      resolve(code ?? 1)
    })
  })
}

/** @param {string} file */
export const readJson = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'))

function checkNode() {
  const { engines } = readJson('package.json')
  const wanted = engines.node.replace('>=', '')
  const order = process.versions.node.localeCompare(wanted, 'en', { numeric: true })
  if (order < 0) {
    throw new Error(`Node ${wanted} or newer is needed; this is ${process.versions.node}.`)
  }
}

/**
 * True when what npm recorded as installed is what the lockfile names. Optional packages are for
 * other platforms.
 * @typedef {Record<string, { version?: string, optional?: boolean }>} Packages
 * @param {Packages} wanted @param {Packages} present
 */
export function isSameInstallation(wanted, present) {
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true // the project itself
    const installed = present[path]
    return installed ? installed.version === version : optional === true
  })
}

/** @param {string} folder of a package.json, relative to the root */
function isInstalled(folder) {
  const record = join(folder, 'node_modules/.package-lock.json')
  if (!existsSync(join(root, record))) return false
  const lock = join(folder, 'package-lock.json')
  return isSameInstallation(readJson(lock).packages, readJson(record).packages)
}

/**
 * The time of the newest change in a file or folder; 0 when it is missing.
 * @param {string} path
 * @returns {number}
 */
function newestChange(path) {
  const full = join(root, path)
  if (!existsSync(full)) return 0
  const stats = statSync(full)
  if (!stats.isDirectory()) return stats.mtimeMs
  return Math.max(stats.mtimeMs, ...readdirSync(full).map((name) => newestChange(join(path, name))))
}

function isBuilt() {
  if (!BUILD_OUTPUTS.every((file) => existsSync(join(root, file)))) return false
  const oldestOutput = Math.min(...BUILD_OUTPUTS.map(newestChange))
  return BUILD_INPUTS.every((path) => newestChange(path) < oldestOutput)
}

/** @param {string} what @param {string[]} npmArgs */
async function npmOrFail(what, npmArgs) {
  console.log(`${what}: npm ${npmArgs.join(' ')}`)
  const code = await run('npm', npmArgs)
  if (code !== 0) throw new Error(`"npm ${npmArgs.join(' ')}" failed; its output above says why.`)
}

/** Installs the pinned packages when they are missing or differ from the lockfile. */
export async function ensureInstalled() {
  checkNode()
  if (!isInstalled('.')) await npmOrFail('Installing packages', ['ci'])
}

/** The same in a folder with a package.json of its own. @param {string} folder */
export async function ensureInstalledIn(folder) {
  const args = ['ci', '--prefix', folder, '--ignore-scripts', '--no-fund']
  if (!isInstalled(folder)) await npmOrFail('Installing packages', args)
}

/** Builds the package and the demo page when they are missing or older than their sources. */
export async function ensureBuilt() {
  if (!isBuilt()) await npmOrFail('Building', ['run', 'build'])
}
