// A wire in a page that is left, and what left the page for certain.
import { expect } from 'vitest'
import {
  connect,
  eventsource,
  type Options,
  plain,
  type Transport,
  type UrlSource,
  websocket,
} from '../../../src/index.ts'
import { hello } from '../../support/dialogue.ts'
import { createFakeEnvironment, type FakeWorld } from '../../support/fake-environment.ts'
import type { Data } from '../../support/fake-wire.ts'
import { QUIET } from './http-stream.ts'

export type Bind = (world: FakeWorld, act: () => void) => void

/** Binds the page's own listener at a target. */
export function bindAt(target: 'window' | 'document', type: string, capture = false): Bind {
  return ({ page }, act) => page[target].addEventListener(type, act, capture)
}

/** The page is left: for the back/forward cache, or never to come back. */
export function leave({ page }: FakeWorld, isKept: boolean): void {
  page.pagehide(isKept)
  page.hide()
  if (!isKept) page.unload()
}

export interface Opened {
  readonly world: FakeWorld
  readonly wire: ReturnType<typeof connect<Data, Data>>
}

export const URL_OF_STREAM = 'https://live.example/stream'

/** An open connection; `before` binds what was there before the wire. */
export async function open(
  transport: Transport,
  options: Options = {},
  before: (world: FakeWorld) => void = () => {},
  url: UrlSource = URL_OF_STREAM,
): Promise<Opened> {
  const world = createFakeEnvironment()
  before(world)
  const wire = connect<Data, Data>(url, {
    environment: world.environment,
    transports: [transport],
    ...options,
  })
  const greeting = options.protocol ? 'data: 0\n\n' : hello('e-0', QUIET)
  if (transport === websocket) (await world.sockets.next()).accept(greeting)
  else if (transport === eventsource) (await world.sources.next()).accept(greeting)
  else (await world.polls.next()).answer({ body: greeting })
  await world.settle()
  expect(wire.connection.state).toBe('open')
  return { world, wire }
}

/** What left the page for certain: over sockets, and in requests that outlive it. */
export function lastWords({ sockets, fetches }: FakeWorld): string[] {
  const requests = fetches.all.filter(({ keepalive, aborted }) => keepalive && !aborted)
  return [...sockets.all.flatMap(({ sent }) => sent), ...requests.map(({ body }) => `${body}`)]
}

export const PROTOCOLS: readonly (readonly [string, Options])[] = [
  ['steadywire', {}],
  ['plain', { protocol: plain() }],
]
