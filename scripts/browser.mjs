// Finds a Chromium that runs on this machine, and installs one when there is none.
import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const VARIABLE = 'STEADYWIRE_CHROMIUM'
const FIREFOX_VARIABLE = 'STEADYWIRE_FIREFOX'
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

/** The executable that a variable names, if it is set. @param {string} variable */
function named(variable) {
  const path = process.env[variable]
  if (!path || starts(path)) return path
  throw new Error(
    `${variable} is set to ${path}, which does not start. Correct or unset ${variable}.`,
  )
}

/**
 * Looks at the environment variable, then for Playwright's own browser, then for the system's.
 * @returns {Promise<Browser | undefined>}
 */
export async function findBrowser() {
  const chosen = named(VARIABLE)
  if (chosen) return { path: chosen, source: VARIABLE }
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
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } // nobody answers what a package asks
  return spawnSync(command, args, { stdio: 'inherit', timeout: 600_000, env }).status === 0
}

/** @param {readonly string[]} packages */
function installWithApt(packages) {
  if (process.getuid?.() !== 0 || onPath('apt-get') === undefined) return false
  return (
    attempt('apt-get', ['update']) &&
    attempt('apt-get', ['install', '-y', '--no-install-recommends', ...packages])
  )
}

/** Finds a browser, installing one when none is there. @returns {Promise<Browser>} */
export async function ensureBrowser() {
  const found = await findBrowser()
  if (found) return found
  console.log('No Chromium found: trying to install one.')
  for (const install of [
    () => attempt('npx', ['playwright', 'install', 'chromium']),
    () => installWithApt(['chromium']),
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

/** Debian's packages that the other engines need, by a program of each. */
const ENGINE_PACKAGES = {
  'firefox-esr': 'firefox-esr',
  WebKitWebDriver: 'webkit2gtk-driver',
  'xvfb-run': 'xvfb',
  xauth: 'xauth',
  'dbus-daemon': 'dbus',
}

/** Where the executables are; an empty path is of one that is missing. */
export async function findEngines() {
  const chromium = (await findBrowser())?.path ?? ''
  const firefox = named(FIREFOX_VARIABLE) || onPath('firefox-esr') || ''
  return { chromium, firefox }
}

/**
 * Installs those of Debian's packages that are missing.
 * @param {() => string[]} missing
 * @param {string} purpose
 */
function ensurePackages(missing, purpose) {
  if (missing().length > 0) installWithApt(missing())
  if (missing().length > 0) {
    throw new Error(
      `Missing for ${purpose}: ${missing().join(', ')}. On Debian, as root, run:
  apt-get install -y --no-install-recommends ${missing().join(' ')}`,
    )
  }
}

/** Finds Chromium, a stock Firefox and WebKitGTK, installing what is missing. */
export async function ensureEngines() {
  await ensureBrowser()
  const ownFirefox = named(FIREFOX_VARIABLE) && 'firefox-esr'
  const missing = () =>
    Object.entries(ENGINE_PACKAGES)
      .filter(([program]) => program !== ownFirefox && onPath(program) === undefined)
      .map(([, name]) => name)
  ensurePackages(missing, 'the tests in three engines')
}

/** Debian's packages that the tests of servers need, by a file of each. */
const SERVER_PACKAGES = {
  '/usr/bin/flask': 'python3-flask',
  '/usr/lib/python3/dist-packages/geventwebsocket': 'python3-gevent-websocket',
  '/usr/lib/python3/dist-packages/flask_socketio': 'python3-flask-socketio',
  '/usr/lib/python3/dist-packages/fastapi': 'python3-fastapi',
  '/usr/lib/python3/dist-packages/websockets': 'python3-websockets',
  '/usr/bin/uvicorn': 'uvicorn',
  '/usr/bin/php': 'php-cli',
  '/usr/sbin/nginx': 'nginx-light',
  '/usr/lib/nginx/modules/ngx_nchan_module.so': 'libnginx-mod-nchan',
}

/** Finds the servers of test/servers, installing what is missing. */
export function ensureServers() {
  const missing = () =>
    Object.entries(SERVER_PACKAGES)
      .filter(([file]) => !existsSync(file))
      .map(([, name]) => name)
  ensurePackages(missing, 'the tests of servers')
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const browser = await ensureBrowser()
    console.log(`${browser.path} (${browser.source})`)
    if (process.argv.includes('--engines')) await ensureEngines()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
