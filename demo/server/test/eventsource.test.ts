// What is the EventSource's own: the head of the answer, pings that carry the cursor, and what is left when a reader goes.
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { ofKind, type RunningServer, startServer } from './support/running-server.ts'
import { ask, openEventSource, type StreamOptions } from './support/streams.ts'

async function open(running: RunningServer, options?: StreamOptions) {
  const stream = await openEventSource(running.url, options)
  onTestFinished(stream.close)
  return stream
}

test.each(['text/event-stream', 'Text/Event-Stream', 'application/json, text/event-stream;q=0.9'])(
  'is asked for by Accept: %s',
  async (accept) => {
    const running = await startServer()
    const { response } = await open(running, { headers: { Accept: accept } })
    expect(response.statusCode).toBe(200)
    expect(response.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    expect(running.observations.all).toContainEqual(
      expect.objectContaining({ kind: 'open', transport: 'eventsource' }),
    )
  },
)

test('a ping has no id, so that it carries the cursor of the event before it', async () => {
  const running = await startServer({ heartbeatMs: 20 })
  const { response } = await open(running)
  let text = ''
  response.on('data', (part: string) => {
    text += part
  })
  const ids = await running.publishNumbers(1, 1)
  const hasPing = () => text.slice(text.indexOf(String(ids[0]))).includes('sw:ping')
  while (!hasPing()) await once(response, 'data')
  expect(text).toContain('\n\nevent: sw:ping\ndata: {}\n\n')
})

test.each([
  [401, undefined, undefined],
  [403, undefined, undefined],
  [404, undefined, undefined],
  [429, 1_500, '2'],
  [503, 0, '0'],
])('is refused with %d and Retry-After for %s ms: %s', async (status, retryAfterMs, header) => {
  const verdict = retryAfterMs === undefined ? { status } : { status, retryAfterMs }
  const running = await startServer({ authorize: async () => verdict })
  const answer = await ask(running.url, { headers: { Accept: 'text/event-stream' } })
  expect(answer.status).toBe(status)
  expect(answer.headers['retry-after']).toBe(header)
  expect(answer.headers['cache-control']).toBe('no-store')
})

test('nothing is left of a reader that has gone', async () => {
  const running = await startServer({ heartbeatMs: 5 })
  const stream = await running.open('eventsource')
  expect(running.server.connections.size).toBe(1)
  stream.close()
  await running.observations.nextThat(ofKind('closed'))
  expect(running.server.connections.size).toBe(0)
})

test('has a cursor parameter of another name, if wanted', async () => {
  const running = await startServer({ cursorParam: 'since' })
  const ids = await running.publishNumbers(1, 2)
  const address = `${running.url}?since=${ids[0]}&last_event_id=${ids[1]}`
  const stream = await openEventSource(address)
  onTestFinished(stream.close)
  expect((await stream.blocks.next()).id).toBe(ids[0])
  expect((await stream.blocks.next()).data).toBe('2')
})
