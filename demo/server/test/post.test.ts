// The POST's own limits and refusals: what is no message is answered with a status and not processed.
import { request } from 'node:http'
import { describe, expect, test } from 'vitest'
import { formatMessage, readAcks } from './support/blocks.ts'
import { startCounting } from './support/counting-server.ts'
import { ofKind } from './support/running-server.ts'
import { ask, post, type RequestOptions, withQuery } from './support/streams.ts'

describe('a POST', () => {
  const whole: RequestOptions = {
    method: 'POST',
    headers: { 'Content-Type': 'text/event-stream' },
    body: formatMessage(1, 'a', ''),
  }

  test.each<[string, number, RequestOptions, Record<string, string>]>([
    ['without a client_id', 400, whole, {}],
    ['with a bad client_id', 400, whole, { client_id: 'a b' }],
    ['with an endless client_id', 400, whole, { client_id: 'a'.repeat(129) }],
    [
      'of another type',
      415,
      { ...whole, headers: { 'Content-Type': 'text/plain' } },
      { client_id: 'c' },
    ],
    ['of no type', 415, { ...whole, headers: {} }, { client_id: 'c' }],
    ['without an empty line', 400, { ...whole, body: 'id: 1\ndata: a\n' }, { client_id: 'c' }],
    ['without a number', 400, { ...whole, body: 'data: a\n\n' }, { client_id: 'c' }],
    ['with number 0', 400, { ...whole, body: 'id: 0\ndata: a\n\n' }, { client_id: 'c' }],
    ['with a word as number', 400, { ...whole, body: 'id: one\ndata: a\n\n' }, { client_id: 'c' }],
    [
      'with a huge number',
      400,
      { ...whole, body: 'id: 9007199254740993\ndata: a\n\n' },
      { client_id: 'c' },
    ],
    [
      'that is too large',
      413,
      { ...whole, body: formatMessage(1, 'a', 'x'.repeat(1_000)) },
      { client_id: 'c' },
    ],
  ])('%s is answered %d and not processed', async (_, status, options, query) => {
    const { running, processed } = await startCounting({ maxMessageBytes: 1_000 })
    const answer = await ask(withQuery(running.url, query), options)
    expect(answer.status).toBe(status)
    expect(answer.text).not.toBe('')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(processed).toEqual([])
    const { status: observed } = await running.observations.nextThat(ofKind('refused'))
    expect(observed).toBe(status)
  })

  test('may have exactly maxMessageBytes, counted in UTF-8', async () => {
    const { running } = await startCounting({ maxMessageBytes: 100 })
    const text = formatMessage(1, 'a', `x${'\u00e4'.repeat(38)}`)
    expect(Buffer.byteLength(text)).toBe(100)
    expect(readAcks((await post(running.url, 'c1', text)).text)).toHaveLength(1)
    const longer = formatMessage(2, 'a', '\u00e4'.repeat(39))
    expect(longer.length).toBeLessThan(100)
    expect((await post(running.url, 'c1', longer)).status).toBe(413)
  })

  test('that breaks off is no refusal, and not processed', async () => {
    const { running, processed } = await startCounting()
    const headers = { 'Content-Type': 'text/event-stream', 'Content-Length': '1000' }
    const url = withQuery(running.url, { client_id: 'c1' })
    const broken = request(url, { method: 'POST', headers, agent: false })
    broken.on('error', () => {})
    broken.write(formatMessage(1, 'a', ''))
    await running.observations.nextThat(ofKind('open'))
    broken.destroy()
    await running.observations.nextThat(ofKind('closed'))
    expect(processed).toEqual([])
    expect(running.observations.all.map(({ kind }) => kind)).toEqual(['open', 'closed'])
  })

  test('that does not end is cut off', async () => {
    const { running, processed } = await startCounting({ maxMessageBytes: 100 })
    const headers = { 'Content-Type': 'text/event-stream' }
    const url = withQuery(running.url, { client_id: 'c1' })
    const endless = request(url, { method: 'POST', headers, agent: false })
    const write = () => {
      while (endless.writable && endless.write('x'.repeat(10_000)));
    }
    endless.on('drain', write)
    endless.on('error', () => {})
    write()
    await new Promise((resolve) => endless.on('close', resolve))
    expect(processed).toEqual([])
  })

  test.each(['PUT', 'DELETE', 'PATCH', 'HEAD'])('is no %s: 405', async (method) => {
    const { running } = await startCounting()
    const answer = await ask(running.url, { method })
    expect(answer.status).toBe(405)
    expect(answer.headers.allow).toBe('GET, POST, OPTIONS')
  })
})
