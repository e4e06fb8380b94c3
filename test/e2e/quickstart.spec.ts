/** The quickstart that README prints, started as README says. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const env = { ...process.env, PORT: '0' }
let child: ChildProcess

test.afterEach(async () => {
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
})

test('shows ticks, and what one tab sends in all tabs', async ({ page, context }) => {
  const quickstart = spawn(process.execPath, ['--import', 'tsx', 'demo/quickstart.mjs'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child = quickstart
  const [line] = await once(quickstart.stdout, 'data')
  const url = /^Open (http:\S+)\n$/.exec(String(line))?.[1] ?? ''
  const other = await context.newPage()

  for (const tab of [page, other]) {
    await tab.goto(url)
    await expect(tab.locator('#tick')).toHaveText(/^\d+$/)
  }
  const seen = Number(await page.locator('#tick').textContent())
  await expect
    .poll(async () => Number(await page.locator('#tick').textContent()))
    .toBeGreaterThan(seen)

  await page.getByRole('button', { name: 'Say hello' }).click()
  for (const tab of [page, other]) await expect(tab.locator('#chat')).toContainText('hello')
})
