/** docs/servers/pitfalls.md: what stands between a page and its server. Vite's proxy, compression, nginx, and another origin. */
import { expect, test } from './fixtures.ts'
import { nginxCommand } from './support/nginx.ts'
import { startSmall } from './support/small.ts'
import { startVite } from './support/vite.ts'

const STREAM = { 'content-type': 'text/event-stream' }

for (const changesOrigin of [false, true]) {
  test(`Vite's proxy, changeOrigin: ${changesOrigin}: WebSocket, then event stream`, async ({
    servers,
  }) => {
    const flask = await servers.start('flask', 'python3 three.py', 5000)
    const vite = await servers.front('flask', await startVite(flask.proxy.port, changesOrigin))
    const shop = await vite.visit('three.ts')
    await shop.printed('* open websocket unknown')
    await shop.page.evaluate("recipe.setPrice('101')")
    await shop.printed('price 101')

    flask.proxy.set({ websocket: 'refuse' })
    flask.proxy.cut({ kind: 'websocket' })
    await shop.printed('* open eventsource unknown')
    await shop.page.evaluate("recipe.setPrice('102')")
    await shop.printed('now 102')
    await shop.printed('price 102')
  })
}

for (const changesOrigin of [false, true]) {
  test(`Vite's proxy, changeOrigin: ${changesOrigin}: only heartbeatMs notices a lost stream`, async ({
    servers,
  }) => {
    const hosts: unknown[] = []
    const started = await startSmall(({ headers }, response) => {
      hosts.push(headers.host)
      response.writeHead(200, STREAM)
      const timer = setInterval(() => response.write('event: ping\ndata:\n\n'), 100)
      response.on('close', () => clearInterval(timer))
    })
    const server = await servers.front('flask', started)
    const vite = await servers.front('flask', await startVite(server.proxy.port, changesOrigin))
    const visit = await vite.visitWith(`import { connect, eventsource, plain } from 'steadywire'
      const protocol = plain({ heartbeatMs: 500, heartbeatType: 'ping', retryMs: 100 })
      export const wire = connect('/events', { protocol, transports: [eventsource] })`)

    await visit.printed('* open eventsource unknown')
    expect(hosts).toEqual([new URL(changesOrigin ? server.url : vite.url).host])
    server.proxy.cut()
    await visit.printed(/^\* retry \d+ heartbeat/)
    await visit.printed('* open eventsource unknown', 2)
  })
}

const HELLO = `import { connect, eventsource, plain } from 'steadywire'
  export const wire = connect('/events', {
    protocol: plain(), transports: [eventsource], connectTimeoutMs: 2000
  })
  wire.on('message', (text) => console.log(text))`

test('compression holds a stream back, unless it may not transform it', async ({ servers }) => {
  const server = await servers.start('node', 'node compression.mjs', 3000)
  const held = await server.visitWith(HELLO.replace('/events', '/held'))
  await held.printed(/^\* retry \d+ timeout/)
  const free = await server.visitWith(HELLO)
  await free.printed('hello')
})

test('nginx in front: the event stream and the WebSocket come through', async ({ servers }) => {
  const flask = await servers.start('flask', 'python3 three.py', 5000)
  const nginx = await servers.run('flask', (port) =>
    nginxCommand('pitfalls', 'proxy.conf', { 8080: port, 5000: flask.proxy.port }),
  )
  const shop = await nginx.visit('three.ts')
  await shop.printed('* open websocket unknown')
  await shop.page.evaluate("recipe.setPrice('101')")
  await shop.printed('price 101')

  flask.proxy.set({ websocket: 'refuse' })
  flask.proxy.cut({ kind: 'websocket' })
  await shop.printed('* open eventsource unknown')
  await shop.page.evaluate("recipe.setPrice('102')")
  await shop.printed('price 102')
})

test('nginx without Upgrade: the WebSocket is refused, and the event stream takes over', async ({
  servers,
}) => {
  const flask = await servers.start('flask', 'python3 three.py', 5000)
  const nginx = await servers.run('flask', (port) =>
    nginxCommand('pitfalls', 'proxy.conf', {
      'proxy_set_header Upgrade $http_upgrade;': '',
      8080: port,
      5000: flask.proxy.port,
    }),
  )
  const shop = await nginx.visit('three.ts')
  await shop.printed('* open eventsource unknown')
  await shop.printed('price 100')
})

const GZIP = 'gzip on; gzip_types text/event-stream; gzip_min_length 0; gzip_proxied any;'

for (const [name, changes, headers, isHeld] of [
  ['buffering', { 'proxy_buffering off;': '' }, {}, false],
  ['buffering and gzip', { 'proxy_buffering off;': GZIP }, {}, true],
  ['gzip alone', { 'proxy_buffering off;': `proxy_buffering off; ${GZIP}` }, {}, false],
  [
    'buffering and gzip, X-Accel-Buffering: no',
    { 'proxy_buffering off;': GZIP },
    { 'x-accel-buffering': 'no' },
    false,
  ],
] as const) {
  test(`nginx with ${name}: the stream is ${isHeld ? 'held back' : 'passed on'}`, async ({
    servers,
  }) => {
    const started = await startSmall((_request, response) => {
      response.writeHead(200, { ...STREAM, ...headers }).write('data: "hello"\n\n')
    })
    const server = await servers.front('flask', started)
    const nginx = await servers.run('flask', (port) =>
      nginxCommand('pitfalls', 'proxy.conf', { ...changes, 8080: port, 5000: server.proxy.port }),
    )
    const visit = await nginx.visitWith(HELLO)
    await visit.printed(isHeld ? /^\* retry \d+ timeout/ : 'hello')
  })
}

/** A client of a server at another origin. */
function postingTo(url: string, plainOptions = ''): string {
  return `import { connect, eventsource, plain } from 'steadywire'
    export const wire = connect({ eventsource: '${url}/events', send: '${url}/say' }, {
      protocol: plain({ ${plainOptions} }), transports: [eventsource]
    })
    wire.on('message', (text) => console.log(text))
    export const say = async (text) => console.log((await wire.send('line', { text }))?.letters)`
}

for (const [maxAge, asked] of [
  ['7200', ['/say']],
  ['0', ['/say', '/say']],
] as const) {
  test(`another origin, Access-Control-Max-Age: ${maxAge}: preflights of two messages`, async ({
    servers,
  }) => {
    const page = await servers.start('node', 'node express.mjs', 3000)
    const env = { PAGES: page.url, MAX_AGE: maxAge }
    const api = await servers.start('node', 'node cors.mjs', 3000, env)
    const preflights: string[] = []
    api.proxy.onRequest(({ method, path }) => method === 'OPTIONS' && preflights.push(path))

    const visit = await page.visitWith(postingTo(api.url))
    await visit.printed('hello')
    await visit.page.evaluate("recipe.say('one')")
    await visit.printed('3')
    await visit.page.evaluate("recipe.say('three')")
    await visit.printed('5')
    expect(preflights).toEqual(asked)

    const asText = await page.visitWith(postingTo(api.url, "contentType: 'text/plain'"))
    await asText.printed('hello')
    await asText.page.evaluate("recipe.say('four')")
    await asText.printed('4')
    expect(preflights).toEqual(asked)
  })
}

test('another origin that is not allowed: the message may have been processed', async ({
  servers,
}) => {
  const page = await servers.start('node', 'node express.mjs', 3000)
  const taken: string[] = []
  const started = await startSmall((request, response) => {
    taken.push(String(request.method))
    const isAllowed = request.method === 'OPTIONS' || request.url === '/events'
    response.writeHead(200, {
      ...STREAM,
      ...(isAllowed && { 'access-control-allow-origin': '*' }),
      'access-control-allow-headers': '*',
    })
    if (request.url === '/events') response.write('data: "hello"\n\n')
    else response.end()
  })

  const api = await servers.front('node', started)
  const visit = await page.visitWith(postingTo(api.url))
  await visit.printed('hello')
  await visit.page.evaluate("recipe.say('one').catch(({ code }) => console.log(code))")
  await visit.printed('outcome-unknown')
  expect(taken).toEqual(['GET', 'OPTIONS', 'POST'])
})
