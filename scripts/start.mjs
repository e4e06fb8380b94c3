// npm start: installs what is missing, builds what is stale, then serves the demo page.
import { ensureBuilt, ensureInstalled, root, run } from './prepare.mjs'

try {
  process.chdir(root)
  await ensureInstalled()
  await ensureBuilt()
  const server = ['--import', 'tsx', 'demo/server/main.ts', ...process.argv.slice(2)]
  process.on('SIGINT', () => {}) // the terminal tells the server too, which stops gracefully
  process.exitCode = await run(process.execPath, server)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
