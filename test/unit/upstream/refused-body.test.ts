// What a server says in the body of a refused POST: in the cause, bounded, and never code's input.
import { describe, expect, test } from 'vitest'
import { codeOf } from '../../support/fake-wire.ts'
import { startStream } from './http-stream.ts'

describe.each([
  ['steadywire', undefined],
  ['plain', {}],
])('under %s the body of a refused POST', (_, plainly) => {
  const send = async () => {
    const stream = await startStream('EventSource', { plainly })
    const sent = stream.wire.send('chat', 1)
    return { ...stream, sent, post: await stream.posts.next() }
  }

  test.each<[number, string, string]>([
    [422, 'application/json', '{"error":"no such room"}'],
    [400, 'text/plain', 'no such room'],
    [404, 'text/html', '<h1>no such room</h1>'],
    [413, 'text/plain', 'no such room: too large'],
    [403, 'text/plain', 'no such room for you'],
  ])('is in the cause: %i %s', async (status, contentType, body) => {
    const { sent, post } = await send()
    post.answer({ status, contentType, body })
    await expect(sent).rejects.toMatchObject({
      cause: { reason: 'status', status, detail: expect.stringContaining('no such room') },
    })
  })

  test('is cut where it is long', async () => {
    const { sent, post } = await send()
    post.answer({ status: 422, contentType: 'text/plain', body: 'x'.repeat(1_000_000) })
    const error: unknown = await sent.catch((reason: unknown) => reason)
    expect(error).toMatchObject({ cause: { detail: expect.stringMatching(/^x{10,1000}$/) } })
    expect(String(error).length).toBeLessThanOrEqual(1200)
  })

  test.each([
    [422, '413', 'refused'],
    [400, 'status 401', 'refused'],
    [413, '422', 'too-large'],
    [403, '413', 'unauthorized'],
  ])('decides nothing: %i with the body %s', async (status, body, code) => {
    const { sent, post } = await send()
    post.answer({ status, contentType: 'text/plain', body })
    expect(await codeOf(sent)).toBe(code)
  })

  test('may be empty', async () => {
    const { sent, post } = await send()
    post.answer({ status: 422, contentType: '' })
    await expect(sent).rejects.toMatchObject({ code: 'refused', cause: { status: 422 } })
  })
})
