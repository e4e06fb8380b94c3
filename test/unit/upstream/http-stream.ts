// A wire whose stream comes over HTTP, so that messages go by POST, and what its POSTs hold.
import { expect } from 'vitest'
import { eventsource, longpoll, type PlainOptions, plain } from '../../../src/index.ts'
import { ack, type HelloFields, hello, resumed } from '../../support/dialogue.ts'
import { type StartOptions, start } from '../../support/fake-wire.ts'
import type { FakeXhr } from '../../support/fake-xhr.ts'

/** Sequence numbers of the messages in a frame or body, or in several. */
export function seqsOf(...texts: readonly unknown[]): number[] {
  return [...texts.join('').matchAll(/^id: (\d+)/gm)].map(([, seq]) => Number(seq))
}

/** Answers a POST with the acknowledgement of all its messages. */
export function acknowledge(post: FakeXhr, outcome: (seq: number) => object = () => ({})): void {
  const acks = seqsOf(post.body).map((seq) => ack(seq, outcome(seq)))
  post.answer({ body: acks.join('') })
}

/** A heartbeat of five minutes: silence ends nothing within a test. */
export const QUIET = { heartbeatMs: 300_000 }

export type StreamName = 'EventSource' | 'long-poll'
export const STREAMS: readonly StreamName[] = ['EventSource', 'long-poll']

export interface HttpOptions extends StartOptions {
  /** Speaks `plain` with these options. Default: `steadywire`. */
  readonly plainly?: PlainOptions | undefined
  /** What the hellos say besides a long heartbeat. */
  readonly terms?: HelloFields
}

type Started = ReturnType<typeof start>

/** What the server does to the stream. `connect` answers the pending attempt, or the next one. */
interface ServerSide {
  connect(greeting: string): Promise<void>
  receive(text: string): Promise<void>
  /** The last words of a connection. */
  end(text: string): void
  cut(): void
  /** Whether the latest connection was left alone. */
  isWhole(): boolean
}

function serveEventSource({ sources, settle }: Started): ServerSide {
  const latest = () => {
    const source = sources.all.at(-1)
    if (!source) throw new Error('The client made no EventSource')
    return source
  }
  return {
    async connect(greeting) {
      const source = await sources.soon()
      source.accept(greeting)
      await settle()
    },
    async receive(text) {
      latest().receive(text)
      await settle()
    },
    end: (text) => latest().receive(text),
    cut: () => latest().fail(),
    isWhole: () => !latest().closed,
  }
}

function serveLongPoll({ polls }: Started): ServerSide {
  let held: FakeXhr | undefined
  const answer = async (body: string) => {
    held?.answer({ body })
    held = await polls.soon()
  }
  return {
    async connect(greeting) {
      held = await polls.soon()
      await answer(greeting)
    },
    receive: answer,
    end: (body) => held?.answer({ body }),
    cut: () => held?.fail(),
    isWhole: () => held?.finished === false,
  }
}

/** The stream is open, and nothing was sent yet. */
export async function startStream(
  name: StreamName,
  { plainly, terms, ...options }: HttpOptions = {},
) {
  const isPolling = name === 'long-poll'
  const started = start({
    transports: [isPolling ? longpoll : eventsource],
    ...(plainly && { protocol: plain(plainly) }),
    ...options,
  })
  const server = isPolling ? serveLongPoll(started) : serveEventSource(started)
  const greet = (greeting: string) => server.connect(plainly ? '' : greeting)
  await greet(hello('e-0', { ...QUIET, ...terms }))

  return {
    ...started,
    server,
    /** The next connection goes on where the last one was. */
    resume: (id = 'e-0') => greet(resumed(id, { ...QUIET, ...terms })),
    /** The stream of the beginning still goes on, and nothing was said of it since. */
    expectUndisturbed() {
      const { told, wire } = started
      expect(told('state').map(({ state }) => state)).toEqual(['open'])
      expect([...told('retry'), ...told('gap'), ...told('transport')]).toEqual([])
      expect(wire.connection.attempts).toMatchObject([{ outcome: 'active' }])
      expect(server.isWhole()).toBe(true)
    },
  }
}

export type HttpStream = Awaited<ReturnType<typeof startStream>>

export function unavailable(post: FakeXhr): void {
  post.answer({ status: 503 })
}

/** Fails POSTs, `count` of them; returns the milliseconds between them. */
export async function failPosts(
  { posts, clock }: HttpStream,
  count: number,
  fail: (post: FakeXhr) => void = unavailable,
) {
  const times: number[] = []
  for (let left = count; left > 0; left -= 1) {
    const post = await posts.soon()
    times.push(clock.Date.now())
    fail(post)
  }
  return times.slice(1).map((time, index) => time - (times[index] ?? 0))
}
