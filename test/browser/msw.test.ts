// Whole wires in the browser against msw: what a server says by HTTP, and what the application gets of it.
import { HttpResponse, http, sse } from 'msw'
import { setupWorker } from 'msw/browser'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { connect, eventsource, longpoll, type Options, SteadywireError } from '../../src/index.ts'
import { ack, block, hello, resumed } from '../support/dialogue.ts'

const worker = setupWorker()
beforeAll(() => worker.start({ quiet: true, onUnhandledRequest: 'bypass' }))
afterEach(() => worker.resetHandlers())
afterAll(() => worker.stop())

const stream = (body: string) =>
  new HttpResponse(body, { headers: { 'content-type': 'text/event-stream' } })

/** An answer that never comes, as of a poll that is held. */
const held = () => new Promise<never>(() => {})

function open(options: Options) {
  const wire = connect('/msw/live', { storage: null, minDelayMs: 10, ...options })
  onTestFinished(() => wire.close())
  return wire
}

/** The first event of a type, and those after it. */
const collect = (wire: ReturnType<typeof open>, type: string, count: number) =>
  new Promise<unknown[]>((resolve) => {
    const all: unknown[] = []
    wire.on(type, (data) => {
      all.push(data)
      if (all.length === count) resolve(all)
    })
  })

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof SteadywireError ? error.code : String(error)),
  )

describe('long-poll', () => {
  test('brings events, poll by poll, and asks with the cursor', async () => {
    const asked: (string | null)[] = []
    const bodies = [
      hello('e-0') + block('n', 1, 'e-1'),
      block('n', 2, 'e-2') + block('n', 3, 'e-3'),
    ]

    worker.use(
      http.get('/msw/live', ({ request }) => {
        const { searchParams } = new URL(request.url)
        asked.push(searchParams.get('last_event_id'))
        expect(searchParams.get('client_id')).toMatch(/^[\w-]{16,128}$/)
        expect(searchParams.get('wait')).toBe(asked.length === 1 ? '0' : null)
        const body = bodies.shift()
        return body ? stream(body) : held()
      }),
    )
    const wire = open({ transports: [longpoll] })
    expect(await collect(wire, 'n', 3)).toEqual([1, 2, 3])
    expect(asked.slice(0, 2)).toEqual([null, 'e-1'])
  })

  test('sends messages and is told what became of each', async () => {
    worker.use(
      http.get('/msw/live', ({ request }) =>
        new URL(request.url).searchParams.has('wait') ? stream(hello('e-0')) : held(),
      ),
      http.post('/msw/live', async ({ request }) => {
        const body = await request.text()
        const seqs = [...body.matchAll(/^id: (\d+)$/gm)].map(([, seq]) => Number(seq))
        return stream(
          seqs
            .map((seq) =>
              ack(seq, seq === 2 ? { error: { code: 'rude', message: 'no' } } : { reply: seq }),
            )
            .join(''),
        )
      }),
    )
    const wire = open({ transports: [longpoll] })
    const sent = [1, 2, 3].map((number) => wire.send('chat', number))

    expect(await sent[0]).toBe(1)
    expect(await codeOf(sent[1] as Promise<unknown>)).toBe('refused')
    expect(await sent[2]).toBe(3)
    expect(wire.bufferedBytes).toBe(0)
  })

  test('splits a batch that is too large, and rejects the one that is', async () => {
    const bodies: number[][] = []

    worker.use(
      http.get('/msw/live', ({ request }) =>
        new URL(request.url).searchParams.has('wait') ? stream(hello('e-0')) : held(),
      ),
      http.post('/msw/live', async ({ request }) => {
        const body = await request.text()
        const seqs = [...body.matchAll(/^id: (\d+)$/gm)].map(([, seq]) => Number(seq))
        bodies.push(seqs)
        return body.length > 1000
          ? new HttpResponse('too large', { status: 413 })
          : stream(seqs.map((seq) => ack(seq)).join(''))
      }),
    )
    const wire = open({ transports: [longpoll] })
    const sent = ['a', 'x'.repeat(2000), 'c'].map((data) => codeOf(wire.send('chat', data)))
    expect(await Promise.all(sent)).toEqual(['resolved', 'too-large', 'resolved'])
    expect(bodies).toEqual([[1, 2, 3], [1], [2], [3]])
  })

  test('ends with 204', async () => {
    worker.use(http.get('/msw/live', () => new HttpResponse(null, { status: 204 })))
    expect(await open({ transports: [longpoll] }).closed).toEqual({ reason: 'final' })
  })

  test('fails for good with 404, and says what was tried', async () => {
    worker.use(http.get('/msw/live', () => new HttpResponse('?', { status: 404 })))
    const { reason, error } = await open({ transports: [longpoll] }).closed
    expect(reason).toBe('failed')
    expect(error).toMatchObject({
      code: 'failed',
      attempts: [{ transport: 'longpoll', status: 404 }],
    })
  })

  test('waits as Retry-After says', async () => {
    worker.use(
      http.get(
        '/msw/live',
        () => new HttpResponse('', { status: 429, headers: { 'retry-after': '60' } }),
      ),
    )
    const wire = open({ transports: [longpoll] })
    const retry = await new Promise<{ delayMs: number }>((resolve) =>
      wire.connection.on('retry', resolve),
    )
    expect(retry.delayMs).toBeGreaterThanOrEqual(60_000)
    expect(retry).toMatchObject({ cause: { status: 429, retryAfterMs: 60_000 } })
  })

  test('comes back after a foreign page and a lost network, and resumes', async () => {
    const answers = [
      () => stream(hello('e-0') + block('n', 1, 'e-1')),
      () => HttpResponse.html('<p>Sign in'),
      () => HttpResponse.error(),
      () => stream(resumed('e-1') + block('n', 1, 'e-1') + block('n', 2, 'e-2')),
    ]

    worker.use(http.get('/msw/live', () => answers.shift()?.() ?? held()))
    const wire = open({ transports: [longpoll] })
    const reasons: string[] = []
    wire.connection.on('retry', ({ cause }) => {
      reasons.push(cause.reason)
      wire.connection.reconnect()
    })
    expect(await collect(wire, 'n', 2)).toEqual([1, 2])
    expect(reasons).toEqual(['content-type', 'network'])
  })
})

describe('EventSource', () => {
  test('brings events, of types listened to from later on too', async () => {
    let send: (id: string, event: string, data: string) => void = () => {}

    worker.use(
      sse('/msw/live', ({ client }) => {
        send = (id, event, data) => client.send({ id, event, data } as never)
        send('e-0', 'sw:hello', '{"continuity":"fresh"}')
      }),
    )
    const wire = open({ transports: [eventsource] })
    await new Promise((resolve) => wire.connection.on('open', resolve))
    const first = collect(wire, 'n', 1)
    send('e-1', 'n', '{"a":1}')
    expect(await first).toEqual([{ a: 1 }])

    const later = collect(wire, 'later', 1)
    send('e-2', 'nobody', '1')
    send('e-3', 'later', '[3]')
    expect(await later).toEqual([[3]])
    expect(wire.connection.lastEventId).toBe('e-3')
  })

  test('comes back with the cursor after the server ended it', async () => {
    const asked: (string | null)[] = []

    worker.use(
      sse('/msw/live', ({ client, request }) => {
        const cursor = new URL(request.url).searchParams.get('last_event_id')
        asked.push(cursor)
        const say = (id: string, event: string, data: string) =>
          client.send({ id, event, data } as never)
        if (cursor === null) {
          say('e-0', 'sw:hello', '{"continuity":"fresh"}')
          say('e-1', 'n', '1')
          client.close()
        } else {
          say('e-1', 'sw:hello', '{"continuity":"resumed"}')
          say('e-2', 'n', '2')
        }
      }),
    )
    const wire = open({ transports: [eventsource] })
    wire.connection.on('retry', () => wire.connection.reconnect())
    expect(await collect(wire, 'n', 2)).toEqual([1, 2])
    expect(asked).toEqual([null, 'e-1'])
  })
})
