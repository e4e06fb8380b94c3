// The transports in front of the puppet server, made alike for the contract suite.
import { createParser } from 'eventsource-parser'
import { onTestFinished } from 'vitest'
import {
  type Block,
  eventsource,
  longpoll,
  steadywire,
  type Transport,
  type TransportConnection,
  type TransportRequest,
  websocket,
} from '../../../src/index.ts'
import { fetchstream } from '../../../src/transports/fetchstream.ts'
import { createSinkLog, type SinkLog } from '../../support/sink-log.ts'
import type { Arrived, Puppet } from './puppet.ts'

/** The server's side of an open connection. */
export interface Peer {
  readonly first: Arrived
  /** Blocks on their way to the client. */
  say(text: string): Promise<void>
  /** Ends it in order: a close frame, the end of the body, a status. */
  end(): Promise<void>
  /** Cuts it. */
  reset(): Promise<unknown>
}

export interface Rung {
  readonly transport: Transport
  /** Accepts the first request. */
  serve(puppet: Puppet): Promise<Peer>
  /** What the sink is told when the peer ends it. */
  readonly ended: object
}

/** Cuts every request off, from now on. */
export const resetAll = async (puppet: Puppet): Promise<never> => {
  for (;;) (await puppet.next()).do({ do: 'reset' })
}

const sockets: Rung = {
  transport: websocket,
  ended: { reason: 'close-code', closeCode: 1011 },
  async serve(puppet) {
    const first = await puppet.next()
    first.do({ do: 'accept' })
    return {
      first,
      say: async (text) => first.do({ do: 'frame', text }),
      end: async () => first.do({ do: 'close', code: 1011 }),
      reset: async () => first.do({ do: 'reset' }),
    }
  },
}

const streams = (transport: Transport): Rung => ({
  transport,
  ended: { reason: 'network' },
  async serve(puppet) {
    const first = await puppet.next()
    first.begin()
    return {
      first,
      say: async (text) => first.do({ do: 'write', text }),
      end: async () => first.do({ do: 'end' }),
      reset: async () => first.do({ do: 'reset' }),
    }
  },
})

const polls: Rung = {
  transport: longpoll,
  ended: { reason: 'status', status: 503 },
  async serve(puppet) {
    const first = await puppet.next()
    let answered = false
    /** The poll that is not answered yet. */
    const current = async () => {
      const poll = answered ? await puppet.next() : first
      answered = true
      return poll
    }
    return {
      first,
      say: async (text) => (await current()).answer({ body: text }),
      end: async () => (await current()).answer({ status: 503, contentType: 'text/plain' }),
      // A browser tries a poll again whose kept-alive connection was cut before any answer.
      reset: () => resetAll(puppet),
    }
  },
}

export const rungs: readonly Rung[] = [sockets, streams(eventsource), streams(fetchstream()), polls]

/** Opens a transport as the client does. */
export const openTransport = (
  transport: Transport,
  url: string,
  request: Partial<TransportRequest> = {},
): { sink: SinkLog; connection: TransportConnection } => {
  const sink = createSinkLog(1)
  const address = transport.name === 'websocket' ? url.replace('http', 'ws') : url
  const connection = transport.open(
    {
      environment: globalThis,
      protocol: steadywire,
      withCredentials: false,
      target: { url: address, headers: {} },
      maxEventBytes: 1_048_576,
      nextTarget: (start) => start({ url: `${url}?next`, headers: {} }),
      cursor: undefined,
      paceMs: () => 0,
      types: () => ['n'],
      ...request,
    },
    sink,
  )
  // A browser has six connections to a host: one that stays open is missing in the next test.
  onTestFinished(() => connection.close())
  return { sink, connection }
}

/** Events that the sink received, whole frames and bodies taken apart. */
export const heard = ({ log }: SinkLog): Block[] => {
  const blocks: Block[] = []
  for (const [name, value] of log) {
    if (name === 'event' || name === 'reset') blocks.push(value)
    if (name !== 'text' || typeof value !== 'string') continue
    createParser({
      onEvent: ({ id = '', event: type = 'message', data }) => blocks.push({ id, type, data }),
    }).feed(value)
  }
  return blocks
}

/** Settles once so many events were brought. */
export const hears = (sink: SinkLog, count: number) =>
  sink.becomes((log) => heard(log).length >= count)
