/** Forwards one response from the server to the client, as the mode of its request says. */
import { createBlockCutter } from './block-cutter.ts'
import { type BodyReader, createBodyReader } from './http-body.ts'
import { parseResponseHead, type ResponseHead, readHead, untilClose } from './http-head.ts'
import { type Peer, passEnd } from './peer.ts'
import type { FaultMode, FaultState } from './state.ts'

/** Upper bound of the body that `buffer` holds back. */
const MAX_HELD_BYTES = 4 * 1024 * 1024

export interface Exchange {
  readonly client: Peer
  readonly server: Peer
  readonly method: string
  readonly mode: FaultMode
  /** The state when the request came. */
  readonly state: FaultState
  /** Sends an RST on both sides, now or later. */
  readonly cut: (afterMs: number) => void
  /** Called when the status is 101: what follows is not HTTP. */
  readonly upgraded: () => void
}

/** @returns whether the response is complete and the connection may carry another request. */
export async function relayResponse(exchange: Exchange): Promise<boolean> {
  const { client, mode } = exchange
  const head = await finalHead(exchange)
  if (head === null) return false
  if (mode === 'lose-answer') {
    exchange.cut(0)
    return false
  }

  const upgrade = head.status === 101
  if (upgrade) exchange.upgraded()

  const body = createBodyReader(upgrade ? 'until-close' : head.bodyLength)
  const rewritten = mode === 'truncate' && !upgrade && head.bodyLength !== 0
  await client.sink.write(rewritten ? untilClose(head.raw) : head.raw)

  switch (mode) {
    case 'mute':
      return muteBody(exchange)
    case 'buffer':
      return bufferBody(exchange, body)
    case 'truncate':
      return rewritten || upgrade ? truncateBody(exchange, body) : true
    case 'cut-after-open':
      return copyBodyThenCut(exchange, body)
    default:
      return copyBody(exchange, body)
  }
}

/** Forwards interim answers (100, 103). @returns null when no final one comes; then the client's side has ended too. */
async function finalHead(exchange: Exchange): Promise<ResponseHead | null> {
  const { client, server, method } = exchange
  for (let raw = await readHead(server.source); raw; raw = await readHead(server.source)) {
    const head = parseResponseHead(raw, method)
    if (head === null) {
      exchange.cut(0)
      return null
    }
    if (head.status >= 200 || head.status === 101) return head
    await client.sink.write(head.raw)
  }
  passEnd(server, client)
  return null
}

/** @returns whether the body is complete; if not, the client's connection ends as the body did. */
function endOf(body: BodyReader, { client, server, cut }: Exchange): boolean {
  if (body.malformed) cut(0)
  else if (!body.complete) passEnd(server, client)
  return body.complete
}

async function copyBody(exchange: Exchange, body: BodyReader): Promise<boolean> {
  const { client, server } = exchange
  for await (const { raw } of body.pieces(server.source)) await client.sink.write(raw)
  return endOf(body, exchange)
}

async function copyBodyThenCut(exchange: Exchange, body: BodyReader): Promise<boolean> {
  const { client, server, state, cut } = exchange
  let armed = false

  async function arm(): Promise<void> {
    if (armed) return
    armed = true
    await client.sink.flushed()
    cut(state.cutAfterMs)
  }

  for await (const { raw } of body.pieces(server.source)) {
    await client.sink.write(raw)
    void arm()
  }
  // A body without bytes is cut after its head.
  void arm()
  return endOf(body, exchange)
}

/** Reads the server's bytes to their end and drops them; the client decides how long it waits. */
function muteBody({ client, server }: Exchange): false {
  destroyAtEnd(client)
  server.source.discard()
  void server.source.ended.then(() => server.sink.close())
  return false
}

async function bufferBody(exchange: Exchange, body: BodyReader): Promise<boolean> {
  const { client, server } = exchange
  const held: Buffer[] = []
  let heldBytes = 0
  for await (const { raw } of body.pieces(server.source)) {
    held.push(raw)
    heldBytes += raw.length
    if (heldBytes < MAX_HELD_BYTES) continue

    destroyAtEnd(client)
    return false
  }

  await client.sink.write(Buffer.concat(held))
  return endOf(body, exchange)
}

async function truncateBody(exchange: Exchange, body: BodyReader): Promise<false> {
  const { client, server, state } = exchange
  const take = createBlockCutter(state.truncateAfterBlocks)

  for await (const { content } of body.pieces(server.source)) {
    for (const part of content) {
      const { length, cut } = take(part)
      await client.sink.write(part.subarray(0, length))
      if (!cut) continue

      client.sink.finish('fin')
      server.sink.close()
      return false
    }
  }

  // The rewritten head says that the body ends with the connection, so a complete one ends it too.
  if (body.malformed) exchange.cut(0)
  else passEnd(server, client)
  return false
}

/** Destroys the socket when its input ends. For a side that nothing is forwarded from. */
export function destroyAtEnd({ source, socket }: Peer): void {
  void source.ended.then(() => socket.destroy())
}
