/** The demo as a whole: page, stream, application, and the fault proxy in front of the stream. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createFaultProxy, type FaultProxy } from '../faults/index.ts'
import { answerRefusal } from './answer.ts'
import { createApp, isRate, RATE_ADVICE } from './app.ts'
import { type DemoControls, handleDemoRoute } from './demo-routes.ts'
import { checkHost, normalizeHosts } from './host.ts'
import { listen } from './listen.ts'
import type { MemoryLog } from './memory-log.ts'
import { createMemoryStore } from './memory-store.ts'
import type { SteadywireServerOptions } from './options.ts'
import { asRefusal, Refusal } from './refusal.ts'
import { createSteadywireServer, type SteadywireServer } from './server.ts'
import { handleStaticFile } from './static-files.ts'
import { hostnameOf } from './target.ts'

type ServerOption =
  | 'authorize'
  | 'graceMs'
  | 'heartbeatMs'
  | 'maxMessageBytes'
  | 'observe'
  | 'retryMs'

export interface DemoOptions extends Pick<SteadywireServerOptions, ServerOption> {
  /** Default 0: any free port. */
  readonly port?: number
  /** Uses the next free port where that one is taken. Default false. */
  readonly findPort?: boolean
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** Events retained. Default 10,000. */
  readonly retention?: number
  /** Ticks per second at the beginning, 0 to 500. Default 10. */
  readonly ratePerSecond?: number
  /** Names under which it answers, besides `host`, `localhost` and all IP addresses. */
  readonly allowedHosts?: readonly string[]
  /** Origins that may connect besides the page's own. */
  readonly allowedOrigins?: readonly string[]
}

export interface Demo {
  /** The page; it ends with a slash. */
  readonly url: string
  /** The stream through the fault proxy. */
  readonly streamUrl: string
  /** The stream without it. */
  readonly directUrl: string
  readonly port: number
  readonly server: SteadywireServer
  readonly proxy: FaultProxy
  /** `log.events` is what is retained. */
  readonly log: MemoryLog
  /** Cuts all connections, as a crash does; without memory, log and ticker begin anew. */
  restart(memory: boolean): void
  /** Ends everything in order: clients come back after `reconnectMs`, 1,000 by default. */
  close(reconnectMs?: number): Promise<void>
}

const PATH = '/live'

export async function startDemo(options: DemoOptions = {}): Promise<Demo> {
  const {
    port: wantedPort = 0,
    findPort = false,
    host = '127.0.0.1',
    retention = 10_000,
    ratePerSecond = 10,
    allowedOrigins = [],
    allowedHosts = [],
    ...serverOptions
  } = options
  if (!isRate(ratePerSecond)) throw new TypeError(`Demo option ratePerSecond ${RATE_ADVICE}`)
  if (host === '') throw new TypeError('Demo option host must be a name or an address')
  const hosts = normalizeHosts([...allowedHosts, new URL(originOf(host, 0)).hostname])
  // The count is the limit here. The limit of the bytes only guards against a flood of chat.
  const store = createMemoryStore({ maxEvents: retention, maxBytes: 256 * 1024 * 1024 })
  const app = createApp((type, data) => server.publish(type, data))
  const server = createSteadywireServer({
    ...serverOptions,
    path: PATH,
    store,
    allowedHosts: hosts,
    // The stream is on the proxy's port and the page on another one, so the page's origin is foreign.
    allowedOrigins: (origin, request) =>
      allowedOrigins.includes(origin) || origin === originOf(hostnameOf(request), port),
    onMessage: app.onMessage,
  })

  const http = createServer()
  let controls: DemoControls | undefined
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    await checkHost(request, hosts)
    if (!controls) throw new Refusal(503, 'The demo is starting', 1_000)
    if (!handleDemoRoute(controls, request, response)) handleStaticFile(request, response)
  }
  http.on('request', (request, response) => {
    if (server.handleRequest(request, response)) return
    handle(request, response).catch((error) => answerRefusal(response, asRefusal(error)))
  })
  http.on('upgrade', (request, socket, head) => {
    if (!server.handleUpgrade(request, socket, head)) socket.destroy()
  })
  const port = await listen(http, host, wantedPort, findPort)
  const proxy = await createFaultProxy({ targetPort: port, targetHost: host, host })
  const restart = (memory: boolean) => {
    server.dropAll()
    if (memory) return
    store.log.reset()
    store.clients.reset()
    app.ticker.restart()
  }
  const info = (hostname: string) => ({
    stream: originOf(hostname, proxy.port) + PATH,
    direct: PATH,
    faults: '/faults',
    ratePerSecond: app.ticker.perSecond,
  })
  controls = { proxy, info, restart }
  app.ticker.setRate(ratePerSecond)

  return {
    url: `${originOf(host, port)}/`,
    streamUrl: proxy.url + PATH,
    directUrl: originOf(host, port) + PATH,
    port,
    server,
    proxy,
    log: store.log,
    restart,
    async close(reconnectMs = 1_000) {
      app.ticker.setRate(0)
      const closed = new Promise((resolve) => http.close(resolve))
      await server.closeAll({ reason: 'The server stops', reconnectMs })
      await proxy.close()
      http.closeAllConnections()
      server.dropAll() // connections that began meanwhile, WebSockets included: no more can begin
      await closed
    },
  }
}

function originOf(host: string, port: number): string {
  const isBareAddress = host.includes(':') && !host.startsWith('[')
  return new URL(`http://${isBareAddress ? `[${host}]` : host}:${port}`).origin
}
