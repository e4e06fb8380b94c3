// Messages: acks on the connection that carried them, each processed once, in turn, whatever the transport.
import { describe, expect, test } from 'vitest'
import { createMemoryStore, type Message, MessageRefused } from '../index.ts'
import { formatMessage, readAcks } from './support/blocks.ts'
import { startCounting } from './support/counting-server.ts'
import { createQueue } from './support/queue.ts'
import { ofKind, type RunningServer, startServer } from './support/running-server.ts'
import { turns } from './support/slow-store.ts'
import { post } from './support/streams.ts'

type Carrier = (running: RunningServer, clientId: string, texts: string[]) => Promise<unknown[]>

/** Each sends the texts in one go and resolves with as many acks. */
const CARRIERS: Record<string, Carrier> = {
  async websocket(running, clientId, texts) {
    const stream = await running.openWebSocket({ clientId })
    for (const text of texts) stream.socket.send(text)
    const acks: unknown[] = []
    while (acks.length < texts.length) {
      const ack = await stream.blocks.nextThat(({ type }) => type === 'sw:ack')
      acks.push(JSON.parse(ack.data))
    }
    return acks
  },
  async post(running, clientId, texts) {
    const answer = await post(running.url, clientId, texts.join(''))
    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toBe('text/event-stream')
    expect(answer.headers['cache-control']).toBe('no-store')
    return readAcks(answer.text)
  },
}

describe.each(Object.entries(CARRIERS))('over %s', (_, carry) => {
  test('acknowledges each message with the reply', async () => {
    const { running, processed } = await startCounting()
    const acks = await carry(running, 'c1', [
      formatMessage(1, 'chat', '"a"'),
      formatMessage(2, 'move', 'b'),
    ])
    expect(acks).toEqual([
      { seq: 1, reply: { heard: '"a"' } },
      { seq: 2, reply: { heard: 'b' } },
    ])
    expect(processed).toEqual([
      { clientId: 'c1', user: undefined, seq: 1, type: 'chat', data: '"a"' },
      { clientId: 'c1', user: undefined, seq: 2, type: 'move', data: 'b' },
    ])
  })

  test('says null where there is no reply', async () => {
    const { running } = await startCounting({ onMessage: () => undefined })
    expect(await carry(running, 'c1', [formatMessage(1, 'a', '')])).toEqual([
      { seq: 1, reply: null },
    ])
  })

  test('answers a repeat with the outcome it kept, and does not process it again', async () => {
    const { running, processed } = await startCounting()
    const first = await carry(running, 'c1', [
      formatMessage(1, 'a', 'x'),
      formatMessage(2, 'a', 'y'),
    ])
    expect(
      await carry(running, 'c1', [formatMessage(1, 'a', 'x'), formatMessage(2, 'a', 'y')]),
    ).toEqual(first)
    expect(processed.map(({ seq }) => seq)).toEqual([1, 2])
    const repeats = running.observations.all
      .filter(ofKind('message'))
      .map(({ repeated }) => repeated)
    expect(repeats).toEqual([false, false, true, true])
  })

  test('accepts holes, and says unknown of what it skipped', async () => {
    const { running, processed } = await startCounting()
    const texts = [5, 9, 7].map((seq) => formatMessage(seq, 'a', String(seq)))
    expect(await carry(running, 'c1', texts)).toEqual([
      { seq: 5, reply: { heard: '5' } },
      { seq: 9, reply: { heard: '9' } },
      { seq: 7, unknown: true },
    ])
    expect(processed.map(({ seq }) => seq)).toEqual([5, 9])
  })

  test('says unknown of a repeat whose outcome it has forgotten', async () => {
    const store = createMemoryStore({ maxOutcomes: 1 })
    const { running } = await startCounting({ store })
    await carry(
      running,
      'c1',
      [1, 2].map((seq) => formatMessage(seq, 'a', '')),
    )

    expect(
      await carry(
        running,
        'c1',
        [1, 2].map((seq) => formatMessage(seq, 'a', '')),
      ),
    ).toEqual([
      { seq: 1, unknown: true },
      { seq: 2, reply: { heard: '' } },
    ])
  })

  test('refuses what the application refuses, and goes on', async () => {
    let calls = 0
    const { running } = await startCounting({
      onMessage({ data }) {
        calls++
        if (data === 'bad') throw new MessageRefused('bad-chat', 'Write something')
        return data
      },
    })
    const texts = ['ok', 'bad', 'ok'].map((data, index) => formatMessage(index + 1, 'a', data))
    const acks = [
      { seq: 1, reply: 'ok' },
      { seq: 2, error: { code: 'bad-chat', message: 'Write something' } },
      { seq: 3, reply: 'ok' },
    ]

    expect(await carry(running, 'c1', texts)).toEqual(acks)
    expect(await carry(running, 'c1', texts)).toEqual(acks)
    expect(calls).toBe(3)
  })

  test.each([
    ['throws', () => Promise.reject(new Error('secret'))],
    ['replies no JSON', () => 10n],
  ])('settles a message whose handler %s, without the details', async (_case, onMessage) => {
    const { running } = await startCounting({ onMessage })
    const [ack] = await carry(running, 'c1', [formatMessage(1, 'a', '')])
    expect(ack).toEqual({ seq: 1, error: { code: 'internal', message: expect.any(String) } })
    expect(JSON.stringify(ack)).not.toContain('secret')
    expect(running.observations.all.filter(ofKind('error'))).toHaveLength(1)
  })

  test('refuses a type of the protocol itself', async () => {
    const { running, processed } = await startCounting()
    const [ack] = await carry(running, 'c1', [formatMessage(1, 'sw:hello', '{}')])
    expect(ack).toEqual({ seq: 1, error: { code: 'reserved-type', message: expect.any(String) } })
    expect(processed).toEqual([])
  })

  test('refuses everything where the server has no handler', async () => {
    const running = await startServer()
    const [ack] = await carry(running, 'c1', [formatMessage(1, 'a', '')])
    expect(ack).toEqual({ seq: 1, error: { code: 'unsupported', message: expect.any(String) } })
  })

  test('takes several blocks in one piece', async () => {
    const { running, processed } = await startCounting()
    const text = [1, 2, 3].map((seq) => formatMessage(seq, 'a', '')).join(': comment\n\n')
    await carry(running, 'c1', [text])
    await running.observations.nextThat((seen) => seen.kind === 'message' && seen.seq === 3)
    expect(processed.map(({ seq }) => seq)).toEqual([1, 2, 3])
  })

  test('keeps the sequences of two clients apart', async () => {
    const { running, processed } = await startCounting()
    await carry(running, 'c1', [formatMessage(1, 'a', '')])
    await carry(running, 'c2', [formatMessage(1, 'a', '')])
    expect(processed.map(({ clientId }) => clientId)).toEqual(['c1', 'c2'])
  })

  test('keeps the sequences of two users apart, even with the same client_id', async () => {
    let user = 'ann'
    const { running, processed } = await startCounting({ authorize: () => ({ user }) })
    await carry(running, 'c1', [formatMessage(1, 'a', 'hers')])
    user = 'bob'
    const [ack] = await carry(running, 'c1', [formatMessage(1, 'a', 'his')])
    expect(ack).toEqual({ seq: 1, reply: { heard: 'his' } })
    expect(processed.map((message) => message.user)).toEqual(['ann', 'bob'])
  })
})

test.each(
  Object.keys(CARRIERS).flatMap((from) => Object.keys(CARRIERS).map((to) => [from, to] as const)),
)('a message sent over %s is recognised over %s', async (from, to) => {
  const { running, processed } = await startCounting()
  const text = formatMessage(1, 'a', 'x')
  const acks = await CARRIERS[from]?.(running, 'c1', [text])
  expect(await CARRIERS[to]?.(running, 'c1', [text])).toEqual(acks)
  expect(processed).toHaveLength(1)
})

test('one message of a client is processed at a time, also across connections', async () => {
  const begun = createQueue<number>()
  const releases: (() => void)[] = []
  const { running } = await startCounting({
    async onMessage({ seq }) {
      begun.push(seq)
      await new Promise<void>((resolve) => releases.push(resolve))
      return seq
    },
  })
  const texts = [1, 2, 3].map((seq) => formatMessage(seq, 'a', ''))
  const streams = [
    await running.openWebSocket({ clientId: 'c1' }),
    await running.openWebSocket({ clientId: 'c1' }),
  ]
  for (const { socket } of streams) {
    for (const text of texts) socket.send(text)
    // Its pong comes when the server has read the messages before it.
    socket.ping()
    await new Promise((resolve) => socket.once('pong', resolve))
  }
  const posted = CARRIERS.post?.(running, 'c1', texts)
  for (const seq of [1, 2, 3]) {
    expect(await begun.next()).toBe(seq)
    await turns(5)
    expect(releases).toHaveLength(seq)
    releases.at(-1)?.()
  }
  const acks = [1, 2, 3].map((seq) => ({ seq, reply: seq }))

  expect(await posted).toEqual(acks)
  for (const { blocks } of streams) {
    for (const ack of acks) expect(JSON.parse((await blocks.next()).data)).toEqual(ack)
  }
  expect(begun.all).toEqual([1, 2, 3])
})

test('a message is processed though its connection has gone, and acknowledged on the next one', async () => {
  const begun = createQueue<Message>()
  let release = () => {}
  const { running } = await startCounting({
    async onMessage(message) {
      begun.push(message)
      await new Promise<void>((resolve) => {
        release = resolve
      })
      return 'done'
    },
  })
  const first = post(running.url, 'c1', formatMessage(1, 'a', ''))
  await begun.next()
  running.server.dropAll()

  await expect(first).rejects.toThrow()
  const second = post(running.url, 'c1', formatMessage(1, 'a', ''))
  release()
  expect(readAcks((await second).text)).toEqual([{ seq: 1, reply: 'done' }])
  expect(begun.all).toHaveLength(1)
})
