/** The demo page, used as a person would: by what it shows and by its controls' names. */
import type { Page } from '@playwright/test'
import {
  countersOf,
  expect,
  expectOpenOver,
  expectTicks,
  expectWhole,
  fact,
  fault,
  openDemo,
  region,
  summary,
  test,
} from './demo-fixture.ts'

const allClear = (page: Page) => page.getByRole('button', { name: 'All clear' })

test('shows a numbered stream, from this machine alone and without a complaint', async ({
  page,
  demo,
}) => {
  const hosts = new Set<string>()
  const complaints: string[] = []
  page.on('request', (request) => hosts.add(new URL(request.url()).hostname))
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  await openDemo(page, demo.url)
  await expect(fact(page, 'Fresh, from the head')).toBeVisible()
  await expect(page.getByRole('list', { name: 'Recent ticks' })).toContainText('W')
  await expectWhole(page)
  expect([...hosts]).toEqual(['127.0.0.1'])
  expect(complaints).toEqual([])
})

test('goes on over EventSource, then long-poll, and comes back up', async ({ page, demo }) => {
  test.slow()
  await openDemo(page, demo.url)
  await fault(page, 'WebSocket', 'Refuse').check()
  await expect(summary(page, 'WebSocket refused')).toBeVisible()
  await expectOpenOver(page, 'EventSource')
  await expect(fact(page, 'Resumed, nothing missed')).toBeVisible()
  await expectWhole(page)
  await fault(page, 'EventSource', 'Refuse').check()
  await expectOpenOver(page, 'Long-poll')
  await expectWhole(page)
  await allClear(page).click()
  await expect(summary(page, 'Nothing is broken.')).toBeVisible()
  await expectOpenOver(page, 'WebSocket')
  await expectWhole(page)

  await page.getByText('The same as a table').click()
  const facts = page.getByRole('table', { name: 'What happened, newest first' })
  for (const fact of [
    /Faults WebSocket refused/,
    /EventSource Carries the stream: resumed/,
    /Long-poll Carries the stream: resumed/,
    /WebSocket Attempt failed/,
    /WebSocket Carries the stream: took over from/,
    /Gaps, retries Wait 1/,
  ]) {
    await expect(facts.getByRole('row', { name: fact }).first()).toBeVisible()
  }
  const attempts = region(page, 'Attempts').first()
  await expect(attempts.getByRole('row', { name: /WebSocket proven active/ })).toHaveCount(1)
  await expect(attempts.getByRole('row', { name: /Long-poll proven ended/ })).toHaveCount(1)
})

test('survives cuts and a restarted server without a gap', async ({ page, demo }) => {
  await openDemo(page, demo.url)
  const ended = page.getByRole('row', { name: /proven ended/ })
  for (const [i, name] of ['Cut now', 'Restart server'].entries()) {
    await page.getByRole('button', { name }).click()
    await expect(ended).toHaveCount(i + 1)
    await expect(fact(page, 'Resumed, nothing missed')).toBeVisible()
    await expectOpenOver(page, 'WebSocket')
    await expectWhole(page)
  }
})

test('announces what a server without memory lost', async ({ page, demo }) => {
  await openDemo(page, demo.url)
  await page.getByRole('button', { name: 'Restart, memory lost' }).click()
  await expect(fact(page, 'Gap, events may be missing')).toBeVisible()
  await expectTicks(page, 5)
  const { lost, announced, duplicated, reordered } = await countersOf(page)
  expect({ silent: lost - announced, duplicated, reordered }).toEqual({
    silent: 0,
    duplicated: 0,
    reordered: 0,
  })
})

test('changes the rate by number and by slider, and says what is refused', async ({
  page,
  demo,
}) => {
  await openDemo(page, demo.url)
  const rate = page.getByRole('spinbutton', { name: 'Ticks per second' })
  const slider = page.getByRole('slider', { name: 'Ticks per second' })
  await rate.fill('200')
  await rate.press('Enter')
  await expect(page.getByText('The server sends 200 ticks per second.')).toBeVisible()
  await expect(slider).toHaveValue('200')
  await slider.press('ArrowRight')
  await expect(page.getByText('The server sends 201 ticks per second.')).toBeVisible()
  await expect(rate).toHaveValue('201')
  await expectWhole(page)
  await rate.fill('501')
  await rate.press('Enter')
  await expect(page.getByText('A whole number from 0 to 500, please.')).toBeVisible()
})

test('stands still at rate 0 and says so', async ({ page, demo }) => {
  await openDemo(page, demo.url)
  const rate = page.getByRole('spinbutton', { name: 'Ticks per second' })
  await rate.fill('0')
  await rate.press('Enter')
  await expect(page.getByText('The server sends 0 ticks per second.')).toBeVisible()
  await expect(page.getByText(/^No tick for/)).toBeVisible()
  await expectOpenOver(page, 'WebSocket')
})

test('closes, connects again from the cursor, and hands over when told', async ({ page, demo }) => {
  await openDemo(page, demo.url)
  const connection = region(page, 'Connection')
  await connection.getByRole('button', { name: 'Close' }).click()
  await expect(fact(page, 'Closed by this page')).toBeVisible()
  await expect(fact(page, 'None at work')).toBeVisible()
  await expect(connection.getByRole('button', { name: 'Reconnect now' })).toBeDisabled()
  await connection.getByRole('button', { name: 'Connect again' }).click()
  await expect(fact(page, 'Resumed, nothing missed')).toBeVisible()
  await expectWhole(page)
  await connection.getByRole('button', { name: 'Reconnect now' }).click()
  await page.getByText('The same as a table').click()
  const facts = page.getByRole('table', { name: 'What happened, newest first' })
  await expect(facts.getByText('WebSocket took over from an older connection')).toBeVisible()
  await expectWhole(page)
})

test('resets its counters', async ({ page, demo }) => {
  await openDemo(page, demo.url)
  await expectTicks(page, 20)
  const before = await countersOf(page)
  await page.getByRole('button', { name: 'Reset counters' }).click()
  expect((await countersOf(page)).received).toBeLessThan(before.received)
  await expectWhole(page)
})

test('takes over what another tab broke', async ({ page, demo, context }) => {
  await openDemo(page, demo.url)
  const other = await context.newPage()
  await openDemo(other, demo.url)
  await other
    .getByRole('combobox', { name: 'Ready-made' })
    .selectOption('Latency of 300 ms each way')
  await other.getByRole('button', { name: 'Apply' }).click()
  await expect(summary(other, '300 ms latency')).toBeVisible()
  await page.bringToFront()
  await page.evaluate(() => dispatchEvent(new Event('focus')))
  await expect(summary(page, '300 ms latency')).toBeVisible()
  await expect(page.getByRole('slider', { name: 'Added latency' })).toHaveValue('300')
})

for (const [name, title] of [
  ['websocket', 'WebSocket'],
  ['eventsource', 'EventSource'],
  ['longpoll', 'Long-poll'],
] as const) {
  test(`uses ${title} alone when the address says so`, async ({ page, demo }) => {
    await openDemo(page, `${demo.url}?transports=${name}`, title)
    await expect(page.getByRole('note')).toContainText(name)
    await expectWhole(page)
    const rows = page.getByRole('table').last().getByRole('row')
    await expect(rows).toHaveText([/^Began/, new RegExp(`${title}provenactive`)])
  })
}

test('names the transports there are when the address asks for another', async ({ page, demo }) => {
  await openDemo(page, `${demo.url}?transports=longpoll,pigeon`)
  await expect(page.getByRole('alert')).toContainText(
    'does not know: “pigeon”. Allowed in ?transports= are websocket, eventsource, longpoll',
  )
})

test('goes past the fault proxy when the address says so', async ({ page, demo }) => {
  await openDemo(page, `${demo.url}?direct`)
  await expect(page.getByRole('note')).toContainText('past the fault proxy')
  await fault(page, 'Whole network', 'Refuse').check()
  await expect(summary(page, 'Whole network refused')).toBeVisible()
  await expectWhole(page)
  await expectOpenOver(page, 'WebSocket')
  await expect(page.getByRole('row', { name: /proven ended/ })).toHaveCount(0)
})

test('says what to do when the demo server is gone', async ({ page, demo }) => {
  await page.route('**/demo.json', (route) => route.abort())
  await page.goto(demo.url)
  await expect(page.getByRole('alert')).toContainText('Start the demo with "npm start"')
})
