/** The demo page's chat between two tabs: each message is delivered once, or says why not. */
import type { Page } from '@playwright/test'
import {
  expect,
  expectOpenOver,
  fault,
  openDemo,
  record,
  region,
  summary,
  test,
  told,
} from './demo-fixture.ts'

const messages = (page: Page) => page.getByRole('log', { name: 'Messages' })

async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(text)
  await page.getByRole('button', { name: 'Send' }).click()
}

test('delivers between two tabs, each message once', async ({ page, demo, context }) => {
  await openDemo(page, demo.url)
  const other = await context.newPage()
  await openDemo(other, demo.url)
  await page.getByRole('textbox', { name: 'Name' }).fill('Ada')
  await expect(messages(page).getByText('No messages yet')).toBeVisible()

  await say(page, 'Is anybody there?')
  await expect(messages(page).getByText('Delivered', { exact: true })).toBeVisible()
  await expect(messages(other).getByRole('listitem')).toContainText([/^Ada .*Is anybody there\?$/])
  await say(other, 'I am.')
  await expect(messages(page).getByText('I am.')).toBeVisible()
  await expect(messages(page).getByRole('listitem')).toHaveCount(2)
  await expect(messages(other).getByRole('listitem')).toHaveCount(2)
  await expect(messages(page).getByText('No messages yet')).toBeHidden()
})

test('keeps what is said while the network is gone, and delivers it once', async ({
  page,
  demo,
  context,
}) => {
  await openDemo(page, demo.url)
  const other = await context.newPage()
  await openDemo(other, `${demo.url}?direct`)

  await record(page)
  await fault(page, 'Whole network', 'Refuse').check()
  await expect.poll(() => told(page, 'retry')).not.toHaveLength(0)
  await say(page, 'Into the dark')
  await expect(messages(page).getByText('Sending', { exact: true })).toBeVisible()

  await page.getByRole('button', { name: 'All clear' }).click()
  await expect(messages(page).getByText('Delivered', { exact: true })).toBeVisible()
  await say(page, 'Light again')
  await expect(messages(other).getByText('Light again')).toBeVisible()
  await expect(messages(page).getByRole('listitem')).toHaveCount(2)
  await expect(messages(other).getByRole('listitem')).toHaveCount(2)
})

test('delivers once when the answers to its POSTs are lost', async ({ page, demo, context }) => {
  await openDemo(page, `${demo.url}?transports=eventsource`, 'EventSource')
  const other = await context.newPage()
  await openDemo(other, `${demo.url}?direct`)
  await fault(page, 'Sends by POST', 'Lose answers').check()
  await expect(summary(page, 'Sends by POST answers lost')).toBeVisible()
  await say(page, 'Did you get this?')
  await expect(messages(other).getByText('Did you get this?')).toBeVisible()
  await expect(messages(page).getByText('Sending', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'All clear' }).click()
  await expect(messages(page).getByText('Delivered', { exact: true })).toBeVisible()
  await expect(messages(page).getByRole('listitem')).toHaveCount(1)
  await expect(messages(other).getByRole('listitem')).toHaveCount(1)
})

test('shows a refusal, and gives the text back', async ({ page, demo }) => {
  await openDemo(page, demo.url)
  const text = 'x'.repeat(2_001)
  await say(page, text)
  await expect(messages(page).getByText(/^Failed: /)).toBeVisible()
  await messages(page).getByRole('button', { name: 'Edit' }).click()
  const input = page.getByRole('textbox', { name: 'Message' })
  await expect(input).toHaveValue(text)
  await expect(input).toBeFocused()
  await expect(messages(page).getByRole('listitem')).toHaveCount(0)
  await input.fill('Shorter')
  await input.press('Enter')
  await expect(messages(page).getByText('Delivered', { exact: true })).toBeVisible()
})

test('fails on a closed wire, and is sent again on the next one', async ({ page, demo }) => {
  await openDemo(page, demo.url)
  const connection = region(page, 'Connection')
  await connection.getByRole('button', { name: 'Close' }).click()
  await say(page, 'Hello?')
  await expect(messages(page).getByText(/^Failed: /)).toBeVisible()
  await connection.getByRole('button', { name: 'Connect again' }).click()
  await expectOpenOver(page, 'WebSocket')
  await messages(page).getByRole('button', { name: 'Retry' }).click()
  await expect(messages(page).getByText('Delivered', { exact: true })).toBeVisible()
  await expect(messages(page).getByRole('listitem')).toHaveCount(1)
})
