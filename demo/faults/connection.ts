/** One client connection through the proxy: its requests, one after the other, each with its own mode. */
import type { Socket } from 'node:net'
import { foreignPage, rejection } from './answers.ts'
import { reset } from './byte-sink.ts'
import { createBodyReader } from './http-body.ts'
import { parseRequestHead, type RequestHead, readHead, type TrafficKind } from './http-head.ts'
import { copyAll, createPeer, type Peer, passEnd } from './peer.ts'
import { destroyAtEnd, relayResponse } from './response.ts'
import type { FaultMode, FaultState } from './state.ts'

/** What a connection carries now; an `idle` one waits for a request. */
export type Carried = TrafficKind | 'idle'

/** What a connection needs from its proxy. */
export interface ConnectionHost {
  readonly state: () => FaultState
  readonly connectToServer: () => Socket
  /** Calls the listeners with a request. @returns what happens to it. */
  readonly admit: (request: RequestHead, socket: Socket) => FaultMode
  /** Called when what the connection carries, or whether it is open, has changed. */
  readonly changed: () => void
}

export interface Connection {
  readonly carries: Carried
  /** Whether the client's side is open. */
  readonly open: boolean
  /** Sends an RST on both sides. */
  cut(): void
  /** Stops all bytes, and every FIN, in both directions. */
  freeze(): void
  /** Settles when no socket is left. */
  readonly closed: Promise<void>
}

export function createConnection(clientSocket: Socket, host: ConnectionHost): Connection {
  const client = createPeer(clientSocket, host.state)
  const cutTimers = new Set<NodeJS.Timeout>()
  let server: Peer | null = null
  let carries: Carried = 'idle'
  let open = true
  let requestSent: Promise<void> = Promise.resolve()
  let socketsLeft = 1
  let settleClosed: () => void
  const closed = new Promise<void>((resolve) => {
    settleClosed = resolve
  })

  function carry(kind: Carried): void {
    if (carries === kind) return
    carries = kind
    host.changed()
  }

  function socketGone(): void {
    socketsLeft -= 1
    if (socketsLeft > 0) return
    clearCutTimers()
    settleClosed()
  }

  function clearCutTimers(): void {
    for (const timer of cutTimers) clearTimeout(timer)
  }

  function connectedServer(): Peer {
    if (server) return server

    const peer = createPeer(host.connectToServer(), host.state)
    server = peer
    socketsLeft += 1
    peer.socket.on('close', socketGone)

    void client.source.ended.then(async (how) => {
      if (how === 'fin') await requestSent
      peer.sink.finish(how)
    })
    return peer
  }

  function cut(): void {
    reset(client.socket)
    if (server) reset(server.socket)
  }

  function cutLater(afterMs: number): void {
    if (afterMs === 0) cut()
    else cutTimers.add(setTimeout(cut, afterMs))
  }

  function answer(bytes: Buffer): void {
    void client.sink.write(bytes)
    client.sink.finish('fin')
    client.source.discard()
  }

  /** @returns whether the connection may carry another request. */
  async function forward(request: RequestHead, mode: FaultMode): Promise<boolean> {
    const to = connectedServer()
    void to.sink.write(request.raw)
    requestSent = sendBody(request, to)

    return relayResponse({
      client,
      server: to,
      method: request.method,
      mode,
      state: host.state(),
      cut: cutLater,
      upgraded: () => {
        requestSent = requestSent.then(() => copyAll(client, to))
      },
    })
  }

  async function sendBody(request: RequestHead, to: Peer): Promise<void> {
    const body = createBodyReader(request.bodyLength)
    for await (const { raw } of body.pieces(client.source)) await to.sink.write(raw)
    if (body.malformed) cut()
  }

  /** @returns null when no request comes: a side has ended, or the server has sent bytes that nobody asked for. */
  async function nextRequest(): Promise<RequestHead | null> {
    const head = requestSent.then(() => readHead(client.source))
    const from = server
    const raw = await (from ? Promise.race([head, from.source.ready()]) : head)

    if (raw) {
      const request = parseRequestHead(raw)
      if (request === null) cut()
      return request
    }

    if (from) await copyAll(from, client)
    else passEnd(client, client)
    return null
  }

  /** @returns whether the connection may carry another request. */
  async function handle(request: RequestHead, mode: FaultMode): Promise<boolean> {
    switch (mode) {
      case 'refuse':
        cut()
        return false
      case 'hang':
        client.source.discard()
        destroyAtEnd(client)
        return false
      case 'reject':
        answer(rejection(request, host.state()))
        return false
      case 'page':
        answer(foreignPage(request))
        return false
      default:
        return forward(request, mode)
    }
  }

  async function serve(): Promise<void> {
    for (let request = await nextRequest(); request; request = await nextRequest()) {
      if (!open) return
      carry(request.kind)
      if (!(await handle(request, host.admit(request, client.socket)))) return
      carry('idle')
    }
  }

  client.socket.on('close', () => {
    open = false
    server?.sink.close()
    socketGone()
    host.changed()
  })
  void serve()

  return {
    get carries() {
      return carries
    },
    get open() {
      return open
    },
    cut,
    freeze() {
      clearCutTimers()
      for (const peer of server ? [client, server] : [client]) {
        peer.sink.stop()
        peer.source.discard()
        destroyAtEnd(peer)
      }
    },
    closed,
  }
}
