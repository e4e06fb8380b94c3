/** A listening port that can be shut, so that connecting is truly refused, and opened again. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** The port was free a moment ago; whoever took it may let it go. */
const RETRY_MS = 25

export type Listener = {
  readonly port: number
  /** Idempotent. Takes effect before a connection made after it in this process. */
  open(): void
  /** Idempotent. Connections already accepted stay. */
  shut(): void
}

/** @throws the system's error when the port cannot be listened on, such as EADDRINUSE. */
export async function createListener(
  address: { host: string; port: number },
  onConnection: (socket: Socket) => void,
): Promise<Listener> {
  let server: Server | null = listen(address)
  let retry: NodeJS.Timeout | undefined
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  function listen(at: { host: string; port: number }): Server {
    return createServer({ allowHalfOpen: true }, onConnection).listen(at)
  }

  function open(): void {
    if (server) return
    const opened = listen({ host: address.host, port })
    server = opened
    opened.on('error', () => {
      if (server !== opened) return
      server = null
      retry = setTimeout(open, RETRY_MS)
    })
  }

  return {
    port,
    open,
    shut() {
      clearTimeout(retry)
      server?.close()
      server = null
    },
  }
}
