/** The page that has nothing but a script tag. */
import { readFile } from 'node:fs/promises'
import { expect, expectAccessible, test } from './demo-fixture.ts'

test('is found from the demo page and shows the stream', async ({ page, demo }) => {
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(demo.url)
  await page.getByRole('link', { name: 'One script tag, no build' }).click()

  const definitions = page.getByRole('definition')
  await expect(definitions).toHaveText(['open', 'websocket', /^\d+$/])
  const seen = Number(await definitions.last().textContent())
  await expect
    .poll(async () => Number(await definitions.last().textContent()))
    .toBeGreaterThan(seen + 10)
  expect(complaints).toEqual([])

  await page.getByRole('link', { name: 'Back to the demo' }).click()
  await expect(page.getByRole('heading', { name: 'Steadywire', exact: true })).toBeVisible()
})

test('axe finds nothing', async ({ page, demo }) => {
  await page.goto(`${demo.url}script-tag.html`)
  await expect(page.getByRole('definition').first()).toHaveText('open')
  await expectAccessible(page)
})

test('has fewer than 40 lines', async () => {
  const source = await readFile(new URL('../../demo/page/script-tag.html', import.meta.url), 'utf8')
  expect(source.trimEnd().split('\n').length).toBeLessThan(40)
})
