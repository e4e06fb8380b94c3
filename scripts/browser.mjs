// Finds a Chromium that runs on this machine, and installs one when there is none.
import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const VARIABLE = 'STEADYWIRE_CHROMIUM'
const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
const MAC_PATHS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

const ADVICE = `No Chromium was found, and none could be installed. Do one of these, then try again:
  - set ${VARIABLE} to the path of a Chromium or Chrome executable
  - run: npx playwright install --with-deps chromium
  - install the package "chromium" or "google-chrome-stable" with your system's package manager`

/** @typedef {{ path: string, source: string }} Browser */

/**
 * True when the executable starts: a downloaded one may lack system libraries.
 * @param {string} path
 */
function starts(path) {
  if (!existsSync(path)) return false
  if (process.platform === 'win32') return true // there, --version opens a window
  return spawnSync(path, ['--version'], { timeout: 20_000, stdio: 'ignore' }).status === 0
}

/** @param {string} name @returns {string | undefined} */
function onPath(name) {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

/**
 * Looks at the environment variable, then for Playwright's own browser, then for the system's.
 * @returns {Promise<Browser | undefined>}
 */
export async function findBrowser() {
  const named = process.env[VARIABLE]
  if (named) {
    if (starts(named)) return { path: named, source: VARIABLE }
    throw new Error(
      `${VARIABLE} is set to ${named}, which does not start. Correct or unset ${VARIABLE}.`,
    )
  }
  const { chromium } = await import('playwright')
  const own = chromium.executablePath()
  if (starts(own)) return { path: own, source: 'Playwright' }
  const candidates = [...SYSTEM_NAMES.map(onPath), ...MAC_PATHS]
  const path = candidates.find((candidate) => candidate !== undefined && starts(candidate))
  return path === undefined ? undefined : { path, source: 'system' }
}

/** @param {string} command @param {string[]} args */
function attempt(command, args) {
  console.log(`$ ${command} ${args.join(' ')}`)
  return spawnSync(command, args, { stdio: 'inherit', timeout: 600_000 }).status === 0
}

function installWithApt() {
  if (process.getuid?.() !== 0 || onPath('apt-get') === undefined) return false
  return (
    attempt('apt-get', ['update']) &&
    attempt('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'])
  )
}

/** Finds a browser, installing one when none is there. @returns {Promise<Browser>} */
export async function ensureBrowser() {
  const found = await findBrowser()
  if (found) return found
  console.log('No Chromium found: trying to install one.')
  for (const install of [
    () => attempt('npx', ['playwright', 'install', 'chromium']),
    installWithApt,
  ]) {
    const installed = install() && (await findBrowser())
    if (installed) return installed
  }
  throw new Error(ADVICE)
}

/** Launch options for Playwright and for vitest's browser mode. */
export async function chromiumLaunchOptions() {
  const browser = await findBrowser()
  return browser ? { executablePath: browser.path } : {}
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const browser = await ensureBrowser()
    console.log(`${browser.path} (${browser.source})`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
