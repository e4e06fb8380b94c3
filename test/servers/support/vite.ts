/** Vite's own server with the configuration that docs/servers/pitfalls.md shows, in a folder of its own. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from '@playwright/test'
import { type Started, startProcess } from './process.ts'
import { readRecipe } from './recipes.ts'

/** `target` stands in place of the server that is shown; `changes` turns each proxy into what a test wants. */
export function startVite(target: number, changesOrigin: boolean): Promise<Started> {
  const folder = test.info().outputPath(`vite-${changesOrigin}`)
  const options = `target, changeOrigin: ${changesOrigin}`
  const config = readRecipe('pitfalls', 'vite.config.ts')
    .replace('5000', String(target))
    .replace('{ target, ws', `{ ${options}, ws`)
    .replaceAll(': target,', `: { ${options} },`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'vite.config.ts'), config)

  return startProcess((port) => ({
    line: `npx vite --port ${port} --strictPort --host 127.0.0.1`,
    folder,
  }))
}
