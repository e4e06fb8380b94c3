// A wire in a fake environment, with all that it tells written down.

import { expect } from 'vitest'
import type {
  CloseInfo,
  ConnectionEvents,
  Options,
  StreamEvent,
  UrlSource,
  Wire,
} from '../../src/index.ts'
import { connect, type PlainOptions, plain, websocket } from '../../src/index.ts'
import { hello } from './dialogue.ts'
import { createFakeEnvironment, type FakeOptions } from './fake-environment.ts'

export type Data = Record<string, unknown>

/** One entry of the log: the name of a connection event, or `event` for one of the application's. */
export type Entry =
  | { [T in keyof ConnectionEvents]: readonly [T, ConnectionEvents[T]] }[keyof ConnectionEvents]
  | readonly ['event', StreamEvent]

const connectionEvents = [
  'open',
  'transport',
  'state',
  'gap',
  'retry',
  'drain',
  'error',
  'close',
] as const satisfies readonly (keyof ConnectionEvents)[]

/** Writes down what a wire tells, in order; application events of the types given. */
export const record = (wire: Wire<Data, Data>, types: readonly string[] = ['n']): Entry[] => {
  const log: Entry[] = []
  for (const type of connectionEvents) {
    wire.connection.on(type, (event) => log.push([type, event] as Entry))
  }
  for (const type of types) wire.on(type, (_data, event) => log.push(['event', event]))
  return log
}

export interface StartOptions extends Options {
  readonly url?: UrlSource
  readonly world?: FakeOptions
}

/** Connects in a new fake environment. */
export const start = ({
  url = 'https://live.example/stream',
  world: fake,
  ...options
}: StartOptions = {}) => {
  const world = createFakeEnvironment(fake)
  const wire: Wire<Data, Data> = connect<Data, Data>(url, {
    environment: world.environment,
    ...options,
  })
  const log = record(wire)
  const told = <T extends Entry[0]>(name: T) =>
    log.filter((entry) => entry[0] === name).map((entry) => entry[1]) as Extract<
      Entry,
      readonly [T, unknown]
    >[1][]
  return {
    ...world,
    world,
    wire,
    /** All that was told so far. */
    log,
    /** What was told under one name. */
    told,
    names: () => log.map(([name]) => name),
    /** Ids of the application's events, in order. */
    ids: () => told('event').map(({ id }) => id),
    ended: (): Promise<CloseInfo> => wire.closed,
  }
}

export type Started = ReturnType<typeof start>

/** The code of the error that a promise rejects with, or `resolved`. */
export const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  )

/** What a promise has come to by now. */
export const outcomeOf = (promise: Promise<unknown>): Promise<unknown> =>
  Promise.race([
    promise.then(
      (value) => ({ value }),
      (error: unknown) => ({ code: (error as { code?: string }).code }),
    ),
    new Promise((resolve) => setImmediate(resolve, 'pending')),
  ])

/** Connects over a WebSocket alone, whose server has said hello. */
export const startOpen = async (options: StartOptions = {}, greeting = hello()) => {
  const started = start({ transports: [websocket], ...options })
  const socket = await started.sockets.next()
  socket.accept(greeting)
  await started.settle()
  return { ...started, socket }
}

/** The WebSocket is refused, the EventSource is proven. */
export const fallBack = async (options: Parameters<typeof start>[0] = {}) => {
  const started = start(options)
  ;(await started.sockets.next()).end()
  const source = await started.sources.next()
  source.accept(hello('e-0'))
  return { ...started, source }
}

/** Loses connections in a row, of which none is proven; answers the waits that were told. */
export const lose = async ({ sockets, advance, told }: Started, times: number) => {
  for (let count = 0; count < times; count++) {
    ;(await sockets.next()).end()
    const delayMs = Math.ceil(told('retry').at(-1)?.delayMs as number)
    await advance(Math.max(0, delayMs - 1))
    expect(await sockets.left()).toBe(Number(delayMs === 0))
    await advance(Math.min(1, delayMs))
  }
  return told('retry').map(({ delayMs }) => delayMs)
}

/** A wire to a server that knows nothing of Steadywire, with the `message` events that it got. */
export const startPlain = ({
  plainly,
  ...options
}: StartOptions & { plainly?: PlainOptions } = {}) => {
  const started = start({ protocol: plain(plainly), ...options })
  const got: unknown[] = []
  started.wire.on('message', (data) => got.push(data))
  return { ...started, got }
}
