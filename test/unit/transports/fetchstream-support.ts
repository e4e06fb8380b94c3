// A fetchstream alone in front of a server that is the test, with all that it tells written down.
import { plain, type TransportRequest } from '../../../src/index.ts'
import { type FetchstreamOptions, fetchstream } from '../../../src/transports/fetchstream.ts'
import { createFakeEnvironment, type FakeOptions } from '../../support/fake-environment.ts'
import { createSinkLog } from '../../support/sink-log.ts'

export interface OpenOptions {
  readonly fetchstream?: FetchstreamOptions
  readonly request?: Partial<TransportRequest>
  readonly world?: FakeOptions
}

export const URL_OF_STREAM = 'https://live.example/stream'

/** Opens it as the client does. */
export function openAlone({ fetchstream: given, request, world: fake }: OpenOptions = {}) {
  const world = createFakeEnvironment(fake)
  const sink = createSinkLog()

  const connection = fetchstream(given).open(
    {
      environment: world.environment,
      protocol: plain(),
      withCredentials: false,
      target: { url: URL_OF_STREAM, headers: {} },
      maxEventBytes: 1_048_576,
      nextTarget() {},
      cursor: undefined,
      paceMs: () => 0,
      types: () => [],
      ...request,
    },
    sink,
  )
  return {
    ...world,
    world,
    sink,
    connection,
    /** The texts that it handed on, without empty ones. */
    texts: () => sink.told('text').flatMap(([, text]) => (text ? [text] : [])),
    /** How it ended. */
    causes: () => sink.told('closed').map(([, cause]) => cause),
  }
}
