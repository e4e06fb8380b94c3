/** A reference server on a free port for one test, ended with it. */

import { createServer, type Server } from 'node:http'
import { onTestFinished } from 'vitest'
import {
  createSteadywireServer,
  type Observation,
  type Observe,
  type SteadywireServer,
  type SteadywireServerOptions,
} from '../../index.ts'
import { portOf } from '../../listen.ts'
import { createQueue, type Queue } from './queue.ts'
import {
  type OpenWebSocket,
  openStream,
  openWebSocket,
  type StreamOptions,
  type TransportName,
} from './streams.ts'

export interface RunningServer {
  readonly url: string
  readonly server: SteadywireServer
  readonly http: Server
  readonly observations: Queue<Observation>
  /** Publishes events whose data is the type and a number from `from` to `to`; answers their ids. */
  publishNumbers(from: number, to: number): Promise<string[]>
  /** Opens a stream that ends with the test. */
  open(transport: TransportName, options?: StreamOptions): ReturnType<typeof openStream>
  /** The same, with what only a WebSocket has. */
  openWebSocket(options?: StreamOptions): Promise<OpenWebSocket>
}

export async function listen(http: Server): Promise<number> {
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return portOf(http)
}

export async function startServer(options: SteadywireServerOptions = {}): Promise<RunningServer> {
  const observations = createQueue<Observation>()
  const observe: Observe = (observation) => {
    observations.push(observation)
    return options.observe?.(observation)
  }
  const server = createSteadywireServer({ ...options, observe })
  const http = createServer((request, response) => {
    if (!server.handleRequest(request, response)) response.writeHead(404).end()
  })
  http.on('upgrade', (request, socket, head) => {
    if (!server.handleUpgrade(request, socket, head)) socket.destroy()
  })
  const url = `http://127.0.0.1:${await listen(http)}/live`
  onTestFinished(async () => {
    server.dropAll()
    http.closeAllConnections()
    await new Promise((resolve) => http.close(resolve))
  })

  return {
    url,
    server,
    http,
    observations,
    async publishNumbers(from, to) {
      const ids: string[] = []
      for (let n = from; n <= to; n++) ids.push(String(await server.publish('number', String(n))))
      return ids
    },
    async open(transport, streamOptions) {
      const stream = await openStream(transport, url, streamOptions)
      onTestFinished(stream.close)
      return stream
    },
    async openWebSocket(streamOptions) {
      const stream = openWebSocket(url, streamOptions)
      onTestFinished(stream.close)
      await stream.blocks.next()
      return stream
    },
  }
}

/** Fits an observation of a kind. */
export const ofKind =
  <K extends Observation['kind']>(kind: K) =>
  (observation: Observation): observation is Extract<Observation, { kind: K }> =>
    observation.kind === kind
