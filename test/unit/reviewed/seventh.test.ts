// Found by review, seventh round: last words.
import { expect, test } from 'vitest'
import { seqsOf, startStream } from '../upstream/http-stream.ts'

test('last words keep to maxMessageBytes, which the server refuses beyond', async () => {
  const { wire, page, fetches, settle } = await startStream('EventSource', {
    terms: { maxMessageBytes: 100 },
  })
  page.window.addEventListener('pagehide', () => {})
  wire.send('chat', 0)
  await settle()
  for (let count = 0; count < 3; count++) wire.send('chat', 'x'.repeat(40))
  page.pagehide(true)
  await settle()
  const lengths = fetches.all.map(({ body }) => body?.length ?? 0)
  expect(lengths.length).toBeGreaterThan(0)
  expect(Math.max(...lengths)).toBeLessThanOrEqual(100)
})

test('several last words of one listener go in one request, so that none overtakes another', async () => {
  const { wire, page, fetches, settle } = await startStream('EventSource')
  page.window.addEventListener('pagehide', () => {
    wire.send('chat', 1)
    wire.send('chat', 2)
  })
  page.pagehide(true)
  await settle()
  expect(fetches.all.map(({ body }) => seqsOf(body))).toEqual([[1, 2]])
})
