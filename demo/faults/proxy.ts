/** A TCP proxy in front of one HTTP/1.1 server, which breaks what passes as its state says. */
import { connect, type Socket } from 'node:net'
import { isRedirected } from './answers.ts'
import { type Carried, type Connection, createConnection } from './connection.ts'
import type { RequestHead, TrafficKind } from './http-head.ts'
import { createListener } from './listener.ts'
import type { CutOptions } from './presets.ts'
import { type FaultMode, type FaultState, healthyState, parseFaultState } from './state.ts'

export interface FaultProxyOptions {
  readonly targetPort: number
  /** Default `127.0.0.1`. */
  readonly targetHost?: string
  /** Default 0: a free one. */
  readonly port?: number
  /** Default `127.0.0.1`. */
  readonly host?: string
}

/** A request whose head the proxy has read, whether it is forwarded or not. */
export interface SeenRequest {
  readonly kind: TrafficKind
  readonly method: string
  /** Without the query, which may hold a ticket. */
  readonly path: string
  /** The client's port: two requests with the same port came over one connection. */
  readonly port: number
  /** When it came, in milliseconds since the epoch. */
  readonly atMs: number
  /** What happens to it. */
  readonly mode: FaultMode
}

/** The number of open client connections, by what they carry; `idle` ones wait for a request. */
export type ConnectionCounts = Readonly<Record<Carried, number>>

export interface FaultProxy {
  readonly port: number
  /** Such as `http://127.0.0.1:9090`, without a path. */
  readonly url: string
  /** The current state: a frozen copy. */
  readonly state: FaultState
  readonly connections: ConnectionCounts
  /**
   * Changes the fields given. A mode applies to requests that come after the call; `half-open`, latency
   * and throttling also apply to open connections.
   *
   * @throws TypeError as `parseFaultState` does, and then changes nothing.
   */
  set(changes: Partial<FaultState>): void
  /** Resets (RST) the connections that carry this kind of request now, or all of them, on both sides. */
  cut(options?: CutOptions): void
  /** Calls the listener for each request that comes after. @returns a function that removes it. */
  onRequest(listener: (request: SeenRequest) => void): () => void
  /** Calls the listener when the counts may have changed. @returns a function that removes it. */
  onConnections(listener: (connections: ConnectionCounts) => void): () => void
  /** Stops listening and resets all connections. Settles when no socket is left. */
  close(): Promise<void>
}

/** @throws the system's error when the port cannot be listened on, such as EADDRINUSE. */
export async function createFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { targetPort, targetHost = '127.0.0.1', port = 0, host = '127.0.0.1' } = options
  const connections = new Set<Connection>()
  const requestListeners = new Set<(request: SeenRequest) => void>()
  const countListeners = new Set<(connections: ConnectionCounts) => void>()
  let state = healthyState
  let closing = false

  const listener = await createListener({ host, port }, (socket) => {
    const connection = createConnection(socket, {
      state: () => state,
      connectToServer: () => connect({ port: targetPort, host: targetHost, allowHalfOpen: true }),
      admit,
      changed,
    })
    connections.add(connection)
    void connection.closed.then(() => connections.delete(connection))
    changed()
  })

  function changed(): void {
    const counts = count(connections)
    for (const listen of countListeners) listen(counts)
  }

  function admit(request: RequestHead, socket: Socket): FaultMode {
    const { kind, method, path } = request
    const mode = modeFor(state, request)
    const seen = { kind, method, path, port: socket.remotePort ?? 0, atMs: Date.now(), mode }

    for (const listen of requestListeners) listen(seen)
    return mode
  }

  function cut({ kind }: CutOptions = {}): void {
    for (const connection of connections) {
      if (kind === undefined || connection.carries === kind) connection.cut()
    }
  }

  return {
    port: listener.port,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${listener.port}`,
    get state() {
      return state
    },
    get connections() {
      return count(connections)
    },
    set(changes) {
      state = Object.freeze({ ...state, ...parseFaultState(changes) })
      if (closing) return

      if (state.network === 'refuse') listener.shut()
      else listener.open()

      if (state.network !== 'half-open') return
      for (const connection of connections) connection.freeze()
    },
    cut,
    onRequest: (listen) => subscribe(requestListeners, listen),
    onConnections: (listen) => subscribe(countListeners, listen),
    async close() {
      closing = true
      listener.shut()
      cut()
      await Promise.all([...connections].map((connection) => connection.closed))
    },
  }
}

function modeFor(state: FaultState, request: RequestHead): FaultMode {
  if (state.network === 'refuse') return 'refuse'
  if (state.network !== 'pass') return 'hang'
  if (request.kind === 'other') return 'pass'

  const mode = state[request.kind]
  // Where a redirect led back to itself, no client could follow it.
  return mode === 'reject' && isRedirected(request) ? 'pass' : mode
}

function count(connections: Iterable<Connection>): ConnectionCounts {
  const counts = { websocket: 0, eventsource: 0, longpoll: 0, post: 0, other: 0, idle: 0 }
  for (const { open, carries } of connections) if (open) counts[carries] += 1
  return counts
}

function subscribe<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
