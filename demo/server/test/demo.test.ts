// The demo as a whole, in this process: its URLs, the proxy in front of it, restarts and the end.
import { createServer } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type DemoOptions, startDemo } from '../index.ts'
import { helloOf, printMessage, readAcks } from './support/blocks.ts'
import { listen } from './support/running-server.ts'
import { ask, openStream, openWebSocket, post, withQuery } from './support/streams.ts'

async function start(options: DemoOptions = {}) {
  const demo = await startDemo({ ratePerSecond: 0, graceMs: 100, ...options })
  onTestFinished(() => demo.close())
  return demo
}

const postJson = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  ask(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

describe('/demo.json', () => {
  test('says where the stream is, and the rate of now', async () => {
    const demo = await start({ ratePerSecond: 5 })
    const read = async () => JSON.parse((await ask(`${demo.url}demo.json`)).text)
    expect(await read()).toEqual({
      stream: demo.streamUrl,
      direct: '/live',
      faults: '/faults',
      ratePerSecond: 5,
    })
    const ack = await post(demo.streamUrl, 'c1', printMessage(1, 'rate', '{"perSecond":0}'))
    expect(readAcks(ack.text)).toEqual([{ seq: 1, reply: { perSecond: 0 } }])
    expect((await read()).ratePerSecond).toBe(0)
  })
})

test('the stream comes over the proxy and past it, with ticks', async () => {
  const demo = await start({ ratePerSecond: 200 })
  for (const url of [demo.streamUrl, demo.directUrl]) {
    const stream = await openStream('websocket', url)
    onTestFinished(stream.close)
    const tick = await stream.blocks.nextThat(({ type }) => type === 'tick')
    expect(JSON.parse(tick.data)).toEqual({ n: expect.any(Number), at: expect.any(Number) })
    expect(demo.log.events).toContainEqual(tick)
  }
})

test('a chat goes to everybody, and its reply names the event', async () => {
  const demo = await start()
  const stream = await openStream('eventsource', demo.streamUrl)
  onTestFinished(stream.close)
  const text = printMessage(1, 'chat', '{"from":"Ann","text":"hi"}')
  const [ack] = readAcks((await post(demo.streamUrl, 'c1', text)).text)
  const event = await stream.blocks.nextThat(({ type }) => type === 'chat')
  expect(ack).toEqual({ seq: 1, reply: { id: event.id } })
})

test('the page may use the stream from another port, and other pages if they are allowed to', async () => {
  const demo = await start({ allowedOrigins: ['https://app.example'] })
  const statusFor = async (origin: string, hostname = '127.0.0.1') => {
    const headers = { Origin: origin, Host: `${hostname}:${demo.proxy.port}` }
    return (await ask(withQuery(demo.streamUrl, { wait: '0' }), { headers })).status
  }
  expect(await statusFor(new URL(demo.url).origin)).toBe(200)
  expect(await statusFor(`http://localhost:${demo.port}`, 'localhost')).toBe(200)
  expect(await statusFor(`http://[::1]:${demo.port}`, '[::1]')).toBe(200)
  expect(await statusFor('https://app.example')).toBe(200)
  expect(await statusFor('http://127.0.0.1:1')).toBe(403)
  expect(await statusFor(`http://evil.example:${demo.port}`)).toBe(403)
  expect(await statusFor('null')).toBe(403)
})

test('a page that knows the host by another name finds the stream by that name', async () => {
  const demo = await start()
  const headers = { Host: `localhost:${demo.port}` }
  const { stream } = JSON.parse((await ask(`${demo.url}demo.json`, { headers })).text)
  expect(stream).toBe(`http://localhost:${demo.proxy.port}/live`)
})

describe('under a foreign name', () => {
  const paths = ['', 'demo.json', 'faults', 'nothing.js', 'live?wait=0']
  const statusOf = async (url: string, host: string, options: object = {}) =>
    (await ask(url, { ...options, headers: { Host: host } })).status

  test('nothing is answered but 421, and nothing is done', async () => {
    const demo = await start()
    for (const path of paths) {
      expect(await statusOf(demo.url + path, `evil.example:${demo.port}`)).toBe(421)
    }
    expect(await statusOf(`${demo.streamUrl}?wait=0`, 'evil.example')).toBe(421)

    const before = demo.proxy.state
    const headers = { Host: 'evil.example', Origin: 'http://evil.example' }
    const changes = { eventsource: 'refuse' }
    expect((await postJson(`${demo.url}faults`, changes, headers)).status).toBe(421)
    expect((await postJson(`${demo.url}restart`, { memory: false }, headers)).status).toBe(421)
    expect(demo.proxy.state).toEqual(before)
  })

  test('everything is answered where the name is allowed', async () => {
    const demo = await start({ allowedHosts: ['app.example'] })
    const found: number[] = []
    for (const path of paths) found.push(await statusOf(demo.url + path, 'app.example'))
    expect(found).not.toContain(421)
    expect(await statusOf(`${demo.streamUrl}?wait=0`, 'app.example')).toBe(200)
    const { stream } = JSON.parse(
      (await ask(`${demo.url}demo.json`, { headers: { Host: 'app.example' } })).text,
    )
    expect(stream).toBe(`http://app.example:${demo.proxy.port}/live`)
  })
})

test('it can listen on another address', async () => {
  const demo = await start({ host: 'localhost' })
  expect(demo.url).toBe(`http://localhost:${demo.port}/`)
  const { stream } = JSON.parse((await ask(`${demo.url}demo.json`)).text)
  expect(stream).toBe(demo.streamUrl)
  expect((await ask(withQuery(stream, { wait: '0' }))).status).toBe(200)
})

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
    await post(demo.streamUrl, 'c1', printMessage(1, 'echo', '5'))
    const stream = openWebSocket(demo.streamUrl)
    const { id } = await stream.blocks.next()
    const answer = await postJson(`${demo.url}restart`, { memory: true })
    expect(answer.status).toBe(200)
    expect((await stream.closed).code).toBe(1006)
    const again = await openStream('eventsource', demo.streamUrl, { cursor: String(id) })
    onTestFinished(again.close)
    expect(helloOf(again.hello).continuity).toBe('resumed')
    const repeat = await post(demo.streamUrl, 'c1', printMessage(1, 'echo', '6'))
    expect(readAcks(repeat.text)).toEqual([{ seq: 1, reply: 5 }])
  })

  test('without memory begins anew: log, clients and ticks', async () => {
    const demo = await start()
    await post(demo.streamUrl, 'c1', printMessage(1, 'echo', '5'))
    await demo.server.publish('a', '')
    const [event] = demo.log.events
    await postJson(`${demo.url}restart`, { memory: false })
    expect(demo.log.events).toEqual([])
    const again = await openStream('longpoll', demo.streamUrl, { cursor: String(event?.id) })
    onTestFinished(again.close)
    expect(helloOf(again.hello).continuity).toBe('gap')
    const repeat = await post(demo.streamUrl, 'c1', printMessage(1, 'echo', '6'))
    expect(readAcks(repeat.text)).toEqual([{ seq: 1, reply: 6 }])
    await post(demo.streamUrl, 'c1', printMessage(2, 'rate', '{"perSecond":500}'))
    const tick = await again.blocks.nextThat(({ type }) => type === 'tick')
    expect(JSON.parse(tick.data)).toMatchObject({ n: 1 })
  })

  test('has to be told which', async () => {
    const demo = await start()
    expect((await postJson(`${demo.url}restart`, {})).status).toBe(400)
  })
})

describe('files', () => {
  test('that are not there are answered 404, also outside of the folders', async () => {
    const demo = await start()
    for (const path of ['nothing.js', 'dist/nothing.js', 'dist/%2e%2e/package.json', '%00']) {
      const answer = await ask(`${demo.url}${path}`)
      expect(answer.status).toBe(404)
      expect(answer.text).toMatch(/no such file|npm run build/)
    }
  })

  test('are only read', async () => {
    const demo = await start()
    const answer = await ask(demo.url, { method: 'POST' })
    expect(answer.status).toBe(405)
    expect(answer.headers.allow).toBe('GET, HEAD')
  })
})

test('the end tells clients when to come back', async () => {
  const demo = await startDemo({ ratePerSecond: 0 })
  const stream = openWebSocket(demo.streamUrl)
  await stream.blocks.next()
  await demo.close(300)
  expect((await stream.blocks.next()).data).toContain('"reconnectMs":300')
  await expect(ask(demo.url)).rejects.toThrow()
})

test('a taken port is refused, or the next one is taken', async () => {
  const other = createServer()
  const port = await listen(other)
  onTestFinished(() => void other.close())
  await expect(startDemo({ port })).rejects.toThrow(`Port ${port} is taken`)
  const demo = await start({ port, findPort: true })
  expect(demo.port).toBeGreaterThan(port)
})

test.each<[string, object, string]>([
  ['a rate', { ratePerSecond: 501 }, 'ratePerSecond'],
  ['a retention', { retention: 0 }, 'maxEvents'],
  ['a host', { host: 'nowhere.invalid' }, 'nowhere.invalid'],
  ['no host', { host: '' }, 'host'],
  ['an allowed host', { allowedHosts: ['a b'] }, 'allowedHosts'],
  ['an unknown option', { heartbeat: 5 }, 'heartbeat'],
])('%s that cannot be is refused by its name', async (_, options, name) => {
  await expect(startDemo(options)).rejects.toThrow(name)
})
