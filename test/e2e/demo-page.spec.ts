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
  record,
  region,
  summary,
  test,
  told,
} from './demo-fixture.ts'

const allClear = (page: Page) => page.getByRole('button', { name: 'All clear' })

/** Waits until the connection is open again, since `record`. */
async function opened(page: Page) {
  await expect.poll(() => told(page, 'open')).not.toHaveLength(0)
  return told(page, 'open')
}

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

/** From WebSocket down to long-poll, as a person would break it. */
async function breakAllButPolls(page: Page): Promise<void> {
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
}

test('goes on over EventSource, then long-poll, and comes back up when told', async ({
  page,
  demo,
}) => {
  await openDemo(page, demo.url)
  await breakAllButPolls(page)
  await page.getByRole('button', { name: 'Reconnect now' }).click()
  await expectOpenOver(page, 'WebSocket')
  await expectWhole(page)

  await page.getByText('The same as a table').click()
  const facts = page.getByRole('table', { name: 'What happened, newest first' })
  for (const fact of [
    /Faults WebSocket refused/,
    /EventSource Carries the stream: resumed/,
    /Long-poll Carries the stream: resumed/,
    /WebSocket Attempt failed/,
    /WebSocket Carries the stream: replaced/,
    /Gaps, retries Wait 1/,
  ]) {
    await expect(facts.getByRole('row', { name: fact }).first()).toBeVisible()
  }
  const attempts = region(page, 'Attempts').first()
  await expect(attempts.getByRole('row', { name: /WebSocket proven active/ })).toHaveCount(1)
  await expect(attempts.getByRole('row', { name: /Long-poll proven ended/ }).first()).toBeVisible()
})

test('comes back up by itself', { tag: '@longer' }, async ({ page, demo }) => {
  await openDemo(page, demo.url)
  await breakAllButPolls(page)
  await expectOpenOver(page, 'WebSocket')
  await expectWhole(page)
})

test('survives cuts and a restarted server without a gap', async ({ page, demo }) => {
  await openDemo(page, demo.url)
  for (const name of ['Cut now', 'Restart server']) {
    await record(page)
    await page.getByRole('button', { name }).click()
    const [open] = await opened(page)
    expect(open).toEqual({ type: 'open', continuity: 'resumed' })
    await expectOpenOver(page, 'WebSocket')
    await expectWhole(page)
    expect(await told(page, 'gap')).toEqual([])
  }
})

test('announces what a server without memory lost', async ({ page, demo }) => {
  await openDemo(page, demo.url)
  await record(page)
  await page.getByRole('button', { name: 'Restart, memory lost' }).click()
  expect((await opened(page)).at(0)).toEqual({ type: 'open', continuity: 'gap' })
  await expect(fact(page, 'Gap, events may be missing')).toBeVisible()
  await expectTicks(page, 5)
  const { lost, announced, duplicated, reordered } = await countersOf(page)
  expect({ silent: lost - announced, duplicated, reordered }).toEqual({
    silent: 0,
    duplicated: 0,
    reordered: 0,
  })
})

test('changes the rate by number and by slider, stands still at 0, and says what is refused', async ({
  page,
  demo,
}) => {
  await openDemo(page, demo.url)
  const rate = page.getByRole('spinbutton', { name: 'Ticks per second' })
  const slider = page.getByRole('slider', { name: 'Ticks per second' })
  const ask = async (perSecond: string) => {
    await rate.fill(perSecond)
    await rate.press('Enter')
  }

  await ask('200')
  await expect(page.getByText('The server sends 200 ticks per second.')).toBeVisible()
  await expect(slider).toHaveValue('200')
  await slider.press('ArrowRight')
  await expect(page.getByText('The server sends 201 ticks per second.')).toBeVisible()
  await expect(rate).toHaveValue('201')
  await expectWhole(page)
  await ask('501')
  await expect(page.getByText('A whole number from 0 to 500, please.')).toBeVisible()

  await ask('0')
  await expect(page.getByText('The server sends 0 ticks per second.')).toBeVisible()
  await expect(page.getByText(/^No tick for/)).toBeVisible()
  await expectOpenOver(page, 'WebSocket')
  // The ticker is the server's, and so the next test's too.
  await ask('10')
  await expectWhole(page)
})

test('closes, connects again from the cursor, and hands over when told', async ({ page, demo }) => {
  await openDemo(page, demo.url)
  const connection = region(page, 'Connection')
  await connection.getByRole('button', { name: 'Close' }).click()
  await expect(fact(page, 'Closed by this page')).toBeVisible()
  await expect(fact(page, 'None active')).toBeVisible()
  await expect(connection.getByRole('button', { name: 'Reconnect now' })).toBeDisabled()

  await connection.getByRole('button', { name: 'Connect again' }).click()
  await expect(fact(page, 'Resumed, nothing missed')).toBeVisible()
  await expectWhole(page)

  await connection.getByRole('button', { name: 'Reconnect now' }).click()
  await page.getByText('The same as a table').click()
  const facts = page.getByRole('table', { name: 'What happened, newest first' })
  await expect(facts.getByText('WebSocket replaced an older connection')).toBeVisible()
  await expectWhole(page)
})

test('resets its counters', async ({ page, demo }) => {
  await openDemo(page, demo.url)
  const reset = page.getByRole('button', { name: 'Reset counters' })
  const counted = await reset.evaluate((button: HTMLButtonElement) => {
    button.click()
    return window.demo?.counters.received
  })
  expect(counted).toBe(0)
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
    const newest = page.getByRole('table').last().getByRole('row').nth(1)
    await expect(newest).toContainText(`${title}provenactive`)
    // One may have been too slow for a busy machine, and be followed by another of its kind.
    const tried = await page.evaluate(() =>
      window.demo?.wire.connection.attempts.map(({ transport }) => transport),
    )
    expect(new Set(tried)).toEqual(new Set([name]))
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
  await record(page)
  await fault(page, 'Whole network', 'Refuse').check()
  await expect(summary(page, 'Whole network refused')).toBeVisible()
  await expectWhole(page)
  await expectOpenOver(page, 'WebSocket')
  expect(await told(page, 'retry', 'open')).toEqual([])
})

test('says what to do when the demo server is gone', async ({ page, demo }) => {
  await page.route('**/demo.json', (route) => route.abort())
  await page.goto(demo.url)
  await expect(page.getByRole('alert')).toContainText('Start the demo with "npm start"')
})
