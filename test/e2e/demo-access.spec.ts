/** The demo page for everyone: by keyboard alone, for axe, and on the smallest screen. */
import type { Page } from '@playwright/test'
import {
  expect,
  expectAccessible,
  expectOpenOver,
  expectWhole,
  fact,
  fault,
  openDemo,
  record,
  summary,
  test,
  told,
} from './demo-fixture.ts'

const focused = (page: Page) => page.locator(':focus')

/** Expects that the focus is here and can be seen. */
async function expectFocus(page: Page, name: string): Promise<void> {
  await expect(focused(page)).toHaveAccessibleName(name)
  const outline = await focused(page).evaluate((element) => {
    // A radio button lies invisibly over the words that are drawn for it.
    const drawn = element.matches('[type=radio]') ? element.nextElementSibling : element
    return drawn && getComputedStyle(drawn).outlineStyle
  })
  expect(outline, name).toBe('solid')
}

/** Presses Tab for each of these names, and expects the focus there. */
async function expectTabOrder(page: Page, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await page.keyboard.press('Tab')
    await expectFocus(page, name)
  }
}

test('works by keyboard alone', async ({ page, demo }) => {
  await openDemo(page, demo.url)
  const press = (key: string) => page.keyboard.press(key)
  await expectTabOrder(page, ['Skip to the demo'])
  await press('Enter')
  await expectTabOrder(page, ['Reconnect now', 'Close', 'All clear', 'Pass'])
  await expect(fault(page, 'WebSocket', 'Pass')).toBeFocused()

  await press('ArrowRight')
  await expectFocus(page, 'Refuse')
  await expectOpenOver(page, 'EventSource')

  await press('Tab')
  await press('ArrowRight')
  await expect(fault(page, 'EventSource', 'Refuse')).toBeFocused()
  await expectOpenOver(page, 'Long-poll')

  await expectTabOrder(page, ['Pass', 'Pass', 'Pass', 'Added latency, each way'])
  await press('ArrowRight')
  await expect(summary(page, '50 ms latency')).toBeVisible()
  const rest = ['Cut now', 'Restart server', 'Restart, memory lost', 'Ready-made', 'Apply']
  await expectTabOrder(page, rest)

  for (let back = 0; back < 11; back++) await press('Shift+Tab')
  await expectFocus(page, 'All clear')
  await press('Space')
  await expect(summary(page, 'Nothing is broken.')).toBeVisible()
  for (let back = 0; back < 2; back++) await press('Shift+Tab')
  await expectFocus(page, 'Reconnect now')
  await press('Enter')
  await expectOpenOver(page, 'WebSocket')
  await expectWhole(page)
})

test('says changes of the connection aloud, but no tick', async ({ page, demo }) => {
  await openDemo(page, demo.url)
  const announcement = page.getByRole('status').filter({ hasText: 'over WebSocket' })
  await expect(announcement).toHaveText('Open over WebSocket, fresh')
  await fault(page, 'WebSocket', 'Refuse').check()
  await expect(page.getByRole('status').filter({ hasText: 'over EventSource' })).toHaveText(
    'Open over EventSource, resumed',
  )
  const live = page.locator('[aria-live], [role=status], [role=alert], [role=log]')
  await expect(live.filter({ hasText: /tick \d/i })).toHaveCount(0)
  await expect(live.filter({ has: page.getByRole('list', { name: 'Recent ticks' }) })).toHaveCount(
    0,
  )
})

test('axe finds nothing, whether whole or broken', async ({ page, demo }) => {
  await openDemo(page, demo.url)
  await expectAccessible(page)

  await page.getByText('The same as a table').click()
  for (const text of ['Hello', 'x'.repeat(2_001)]) {
    await page.getByRole('textbox', { name: 'Message' }).fill(text)
    await page.getByRole('button', { name: 'Send' }).click()
  }
  await expect(page.getByRole('button', { name: 'Edit' })).toBeVisible()

  await fault(page, 'WebSocket', 'Refuse').check()
  await expectOpenOver(page, 'EventSource')

  await record(page)
  await page.getByRole('button', { name: 'Restart, memory lost' }).click()
  await expect.poll(() => told(page, 'gap')).toHaveLength(1)
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Close' }).click()
  await expect(fact(page, 'Closed by this page')).toBeVisible()
  await expectAccessible(page)
})

test('axe finds nothing in its messages', async ({ page, demo }) => {
  await openDemo(page, `${demo.url}?transports=pigeon`)
  await expect(page.getByRole('alert')).toBeVisible()
  await expectAccessible(page)
})

test('fits a screen of 360 pixels', async ({ page, demo }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  await openDemo(page, demo.url)
  await page.getByText('The same as a table').click()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
  await expectAccessible(page)
})

test('turns nothing round for who wants less motion', async ({ page, demo }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await openDemo(page, demo.url)
  await fault(page, 'Whole network', 'No answer').check()
  // Counted in the moment in which it is shown.
  const running = await page.waitForFunction(() => {
    const isShown = document.querySelector('#state')?.textContent === 'Connecting'
    return isShown && { animations: document.getAnimations().length }
  })
  expect(await running.jsonValue()).toEqual({ animations: 0 })
})
