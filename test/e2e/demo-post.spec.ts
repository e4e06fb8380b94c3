/** The demo page while every POST fails: the panel says so, and the stream goes on over one connection. */
import type { Page } from '@playwright/test'
import {
  expect,
  expectAccessible,
  expectOpenOver,
  expectWhole,
  fault,
  openDemo,
  record,
  region,
  summary,
  test,
  told,
} from './demo-fixture.ts'

const statuses = (page: Page) => page.getByRole('combobox', { name: 'Status of the answer' })

async function say(page: Page, text: string): Promise<void> {
  const chat = region(page, 'Chat')
  await chat.getByRole('textbox', { name: 'Message' }).fill(text)
  await chat.getByRole('button', { name: 'Send' }).click()
}

for (const [status, words] of [
  [503, '503, unavailable'],
  [302, '302, redirect, becomes a GET'],
] as const) {
  test(`every POST is answered ${status}, and the stream goes on`, async ({ page, demo }) => {
    await openDemo(page, `${demo.url}?transports=eventsource`, 'EventSource')
    await record(page)
    await expect(statuses(page)).toBeHidden()
    await fault(page, 'Sends by POST', 'Fixed status').check()
    await statuses(page).selectOption(words)
    await expect(summary(page, `Sends by POST answered ${status}`)).toBeVisible()

    const answered = page.waitForResponse(
      (response) => response.status() === status && response.request().method() === 'POST',
    )
    await say(page, 'Hello')
    await answered
    await expectWhole(page)
    await expectOpenOver(page, 'EventSource')
    expect(await told(page, 'retry', 'open', 'gap')).toEqual([])
  })
}

test('a POST that is redirected by 308 arrives', async ({ page, demo }) => {
  await openDemo(page, `${demo.url}?transports=eventsource`, 'EventSource')
  await fault(page, 'Sends by POST', 'Fixed status').check()
  await statuses(page).selectOption('308, redirect, stays a POST')
  await expect(summary(page, 'Sends by POST answered 308')).toBeVisible()
  await say(page, 'Hello')
  await expect(region(page, 'Chat').getByText('Delivered', { exact: true })).toBeVisible()
  await expectWhole(page)
})

test('the status is chosen by keyboard alone', async ({ page, demo }) => {
  await openDemo(page, demo.url)
  const press = (key: string) => page.keyboard.press(key)
  await fault(page, 'Sends by POST', 'Lose answers').focus()
  await press('Space')
  await press('ArrowRight')
  await expect(fault(page, 'Sends by POST', 'Fixed status')).toBeFocused()
  await expect(summary(page, 'Sends by POST answered 503')).toBeVisible()
  await press('Tab')
  await expect(statuses(page)).toBeFocused()
  await press('ArrowDown')
  await expect(summary(page, 'Sends by POST answered 301')).toBeVisible()
  await expect(statuses(page)).toBeFocused()
  await expectAccessible(page)

  await page.setViewportSize({ width: 360, height: 740 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
  await expectAccessible(page)
})
