// npm start: installs what is missing, builds what is stale, then serves the demo page.
import { ensureBuilt, ensureInstalled, root } from './lib/prepare.mjs'

try {
  process.chdir(root)
  await ensureInstalled()
  if (!process.argv.includes('--help')) await ensureBuilt()
  const { register } = await import('tsx/esm/api')
  register()
  await import('../demo/server/main.ts')
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
