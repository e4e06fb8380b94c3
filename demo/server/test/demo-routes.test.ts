// The demo's controls: the fault proxy in front of it, and restarts.
import { describe, expect, onTestFinished, test } from 'vitest'
import { formatMessage, helloOf, readAcks } from './support/blocks.ts'
import { postJson, startRunningDemo as start } from './support/running-demo.ts'
import { ask, openStream, openWebSocket, post } from './support/streams.ts'

describe('/faults', () => {
  test('shows and changes what the proxy does', async () => {
    const demo = await start()
    const url = `${demo.url}faults`
    expect(JSON.parse((await ask(url)).text)).toEqual({ ...demo.proxy.state })
    const answer = await postJson(url, { eventsource: 'refuse', latencyMs: 5 })
    expect(JSON.parse(answer.text)).toMatchObject({ eventsource: 'refuse', latencyMs: 5 })
    expect(demo.proxy.state).toMatchObject({ eventsource: 'refuse', latencyMs: 5 })
    await expect(openStream('eventsource', demo.streamUrl)).rejects.toThrow()
  })

  test.each([
    ['everything', { cut: true }],
    ['one kind', { cut: { kind: 'websocket' } }],
    ['nothing but changes', { cut: {}, post: 'refuse' }],
  ])('cuts %s', async (_, body) => {
    const demo = await start()
    const stream = openWebSocket(demo.streamUrl)
    await stream.blocks.next()
    const answer = await postJson(`${demo.url}faults`, body)
    expect(answer.status).toBe(200)
    expect((await stream.closed).code).toBe(1006)
  })

  test('cuts no other kind', async () => {
    const demo = await start()
    const stream = openWebSocket(demo.streamUrl)
    onTestFinished(stream.close)
    await stream.blocks.next()
    await postJson(`${demo.url}faults`, { cut: { kind: 'eventsource' } })
    await demo.server.publish('a', '')
    expect((await stream.blocks.next()).type).toBe('a')
  })

  test.each<[string, number, unknown, Record<string, string>]>([
    ['an unknown field', 400, { x: 1 }, {}],
    ['a bad value', 400, { websocket: 'explode' }, {}],
    ['a bad cut', 400, { cut: 'all' }, {}],
    ['a cut of a bad kind', 400, { cut: { kind: 'x' } }, {}],
    ['no JSON', 400, '{', {}],
    ['no object', 400, [], {}],
    ['null', 400, null, {}],
    ['a body that is too large', 413, { x: 'x'.repeat(20_000) }, {}],
    ['another type', 415, {}, { 'Content-Type': 'text/plain' }],
    ['a foreign origin', 403, { cut: true }, { Origin: 'https://evil.example' }],
  ])('refuses %s with %d and changes nothing', async (_, status, body, headers) => {
    const demo = await start()
    const before = demo.proxy.state
    const answer = await postJson(`${demo.url}faults`, body, headers)
    expect(answer.status).toBe(status)
    expect(answer.text).not.toBe('')
    expect(demo.proxy.state).toEqual(before)
  })

  test('takes the page itself', async () => {
    const demo = await start()
    const { origin } = new URL(demo.url)
    expect((await postJson(`${demo.url}faults`, {}, { Origin: origin })).status).toBe(200)
  })

  test.each([
    ['DELETE', '/faults'],
    ['POST', '/demo.json'],
    ['GET', '/restart'],
  ])('knows no %s %s', async (method, path) => {
    const demo = await start()
    expect((await ask(new URL(path, demo.url).href, { method })).status).toBe(405)
  })
})

describe('/restart', () => {
  test('cuts all connections and keeps the memory', async () => {
    const demo = await start()
    await post(demo.streamUrl, 'c1', formatMessage(1, 'echo', '5'))
    const stream = openWebSocket(demo.streamUrl)
    const { id } = await stream.blocks.next()
    const answer = await postJson(`${demo.url}restart`, { memory: true })
    expect(answer.status).toBe(200)
    expect((await stream.closed).code).toBe(1006)
    const again = await openStream('eventsource', demo.streamUrl, { cursor: String(id) })
    onTestFinished(again.close)
    expect(helloOf(again.hello).continuity).toBe('resumed')
    const repeat = await post(demo.streamUrl, 'c1', formatMessage(1, 'echo', '6'))
    expect(readAcks(repeat.text)).toEqual([{ seq: 1, reply: 5 }])
  })

  test('without memory begins anew: log, clients and ticks', async () => {
    const demo = await start()
    await post(demo.streamUrl, 'c1', formatMessage(1, 'echo', '5'))
    await demo.server.publish('a', '')
    const [event] = demo.log.events
    await postJson(`${demo.url}restart`, { memory: false })

    expect(demo.log.events).toEqual([])
    const again = await openStream('longpoll', demo.streamUrl, { cursor: String(event?.id) })
    onTestFinished(again.close)
    expect(helloOf(again.hello).continuity).toBe('gap')
    const repeat = await post(demo.streamUrl, 'c1', formatMessage(1, 'echo', '6'))
    expect(readAcks(repeat.text)).toEqual([{ seq: 1, reply: 6 }])
    await post(demo.streamUrl, 'c1', formatMessage(2, 'rate', '{"perSecond":500}'))
    const tick = await again.blocks.nextThat(({ type }) => type === 'tick')
    expect(JSON.parse(tick.data)).toMatchObject({ n: 1 })
  })

  test('has to say which', async () => {
    const demo = await start()
    expect((await postJson(`${demo.url}restart`, {})).status).toBe(400)
  })
})
