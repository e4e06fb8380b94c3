// Found by review: last words to a server that recognises repeats and has no numbers.
import { expect, test } from 'vitest'
import { startStream } from '../upstream/http-stream.ts'

test('plain, with repeat: each last word goes out', async () => {
  const { wire, page, fetches, settle } = await startStream('EventSource', {
    plainly: { repeat: true },
  })
  page.window.addEventListener('pagehide', () => {
    for (const word of [1, 2, 3]) wire.send('chat', word)
  })
  page.pagehide(true)
  await settle()
  expect(fetches.all.map(({ body }) => body)).toEqual(['1', '2', '3'])
})

test('plain, with repeat: what is in a POST is not repeated, and holds back no last word', async () => {
  const { wire, page, posts, fetches, settle } = await startStream('EventSource', {
    plainly: { repeat: true },
  })
  wire.send('chat', 0)
  await posts.next()
  page.window.addEventListener('pagehide', () => void wire.send('chat', 1))
  page.pagehide(true)
  await settle()
  expect(fetches.all.map(({ body }) => body)).toEqual(['1'])
})
