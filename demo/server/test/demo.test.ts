// The demo as a whole, in this process: its URLs, the names under which it answers, and its end.
import { createServer } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startDemo } from '../index.ts'
import { formatMessage, readAcks } from './support/blocks.ts'
import { postJson, startRunningDemo as start } from './support/running-demo.ts'
import { listen } from './support/running-server.ts'
import { ask, openStream, openWebSocket, post, withQuery } from './support/streams.ts'

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
    const ack = await post(demo.streamUrl, 'c1', formatMessage(1, 'rate', '{"perSecond":0}'))
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
  const text = formatMessage(1, 'chat', '{"from":"Ann","text":"hi"}')
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

test('the end says to clients when to come back', async () => {
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
