/** The first mistakes of a newcomer, each with the one sentence that the development build writes to the console. */
import type { ServerResponse } from 'node:http'
import { expect, test } from './fixtures.ts'
import { type Answers, type Attempt, connectAs, openSite } from './support/newcomer.ts'

function notFound(response: ServerResponse): void {
  response.writeHead(404).end()
}

/** An event stream that begins like this, and stays open, or ends as an answer to a poll does. */
function stream(text: string, isWhole = false) {
  return (response: ServerResponse) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    response.write(text)
    if (isWhole) response.end()
  }
}

interface Mistake {
  readonly name: string
  readonly answers: Answers
  readonly attempt?: Attempt
  readonly sentence: RegExp
}

const MISTAKES: readonly Mistake[] = [
  {
    name: 'a WebSocket server that does not speak the protocol',
    answers: { socket: (socket) => socket.send('{"price":5}'), http: notFound },
    sentence:
      /The server did not begin with sw:hello: .* pass `protocol: plain\(\)` \(docs\/errors\.md#no-hello\)/,
  },
  {
    name: 'an event stream that does not speak the protocol',
    answers: { http: stream('data: {"price":5}\n\n') },
    attempt: { connectTimeoutMs: 2000 },
    sentence: /pass `protocol: plain\(\)` \(docs\/errors\.md#no-hello\)/,
  },
  {
    name: 'plain() in front of a server that speaks the protocol, over WebSocket',
    answers: { isReference: true },
    attempt: { plain: {} },
    sentence: /leave out `protocol: plain\(\)` \(docs\/errors\.md#speaks-steadywire\)/,
  },
  {
    name: 'plain() in front of a server that speaks the protocol, over EventSource',
    answers: { isReference: true },
    attempt: { plain: {}, transports: ['eventsource'] },
    sentence: /leave out `protocol: plain\(\)` \(docs\/errors\.md#speaks-steadywire\)/,
  },
  {
    name: 'a single-page application that answers every path',
    answers: {},
    sentence: /an HTML page, as single-page applications do .*: look at the URL .*#html\)/,
  },
  {
    name: 'a single-page application in front of plain()',
    answers: {},
    attempt: { plain: {}, transports: ['longpoll'] },
    sentence: /an HTML page, as single-page applications do .*: look at the URL .*#html\)/,
  },
  {
    name: 'an event stream without data, as answers to polls',
    answers: { http: stream('event: tick\nid: 1\n\n') },
    attempt: { plain: {}, transports: ['longpoll'], connectTimeoutMs: 2000 },
    sentence: /longpoll timeout \(200 text\/event-stream, 3 lines, no data: field\)/,
  },
  {
    name: 'events without ids, where a reconnect is to resume',
    answers: { http: stream('data: 1\n\n'.repeat(20)) },
    attempt: { plain: { resume: 'query' }, transports: ['eventsource'] },
    sentence: /give each an `id:`, or leave out `resume` \(docs\/errors\.md#no-ids\)/,
  },
  {
    name: 'the header Last-Event-ID, which no EventSource can send',
    answers: { http: stream('id: 1\ndata: 1\n\n') },
    attempt: { plain: { resume: 'header' }, transports: ['eventsource'] },
    sentence: /Use `resume: "query"`, long-poll, .*#header-resume\)/,
  },
  {
    name: 'pings that an EventSource hides',
    answers: { http: stream(': ping\n\n') },
    attempt: { plain: { heartbeatMs: 200, retryMs: 0 }, transports: ['eventsource'] },
    sentence: /name the ping’s type with `plain\(\{ heartbeatType \}\)`.*#silent-heartbeat\)/,
  },
  {
    name: 'a content security policy that lacks the server',
    answers: { policy: "connect-src 'none'" },
    sentence:
      /allow it in connect-src \(docs\/errors\.md#blocked\): .*connect-src lacks ws:\/\/127\.0\.0\.1:\d+$/,
  },
  {
    name: 'a parameter of a name that the client sets',
    answers: { isReference: true },
    attempt: { url: '/live?client_id=mine' },
    sentence: /give yours another name \(docs\/errors\.md#own-parameter\): client_id$/,
  },
  {
    name: 'an event of the connection, listened for on the wire',
    answers: { isReference: true },
    attempt: { type: 'open' },
    sentence: /on wire\.connection\.on \(docs\/errors\.md#connection-event\): open$/,
  },
  {
    name: 'a type that is misspelled, of an answer to a poll',
    answers: { http: stream('event: price\ndata: 5\n\n', true) },
    attempt: { plain: {}, transports: ['longpoll'], type: 'prcie' },
    sentence: /compare the two \(.*#unheard-type\): wire\.on\(prcie\): did you mean price\?$/,
  },
  {
    name: 'a message without a type',
    answers: { isReference: true },
    attempt: { send: [{ text: 'hello' }] },
    sentence: /send takes a type first: send\(type, data\)\. .* \(docs\/errors\.md#bad-event\)$/,
  },
]

for (const { name, answers, attempt = {}, sentence } of MISTAKES) {
  test(name, async ({ visited: page }) => {
    const site = await openSite(answers)
    const said = await connectAs(page, site, attempt)
    await expect.poll(() => said).toEqual([expect.stringMatching(sentence)])
    await site.close()
  })
}

test('nothing that can be reached', async ({ visited: page }) => {
  const site = await openSite({})
  const gone = await openSite({})
  await gone.close()
  const said = await connectAs(page, site, { url: `${gone.origin}/live` })
  const sentence =
    /No connection: .*#unreachable\): is the server up, is the URL right, .*\(CORS\)\? Seen: websocket network, eventsource network, longpoll network$/
  await expect.poll(() => said).toEqual([expect.stringMatching(sentence)])
  await site.close()
})

interface Silence {
  readonly name: string
  readonly answers?: Answers
  readonly attempt?: Attempt
}

const SILENCES: readonly Silence[] = [
  { name: 'where the application listens for error', attempt: { isListening: true } },
  { name: 'by the production build', answers: { script: 'steadywire.min.js' } },
]

for (const { name, answers = {}, attempt = {} } of SILENCES) {
  test(`nothing is said ${name}`, async ({ visited: page }) => {
    const site = await openSite(answers)
    const said = await connectAs(page, site, attempt)
    await page.waitForFunction(() => wire.connection.error?.code === 'unreachable')
    expect(said).toEqual([])
    await site.close()
  })
}
