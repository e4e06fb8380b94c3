/** A listening port that can be shut, so that the system refuses connections, and opened again. */
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'

/** Pause before the next attempt to listen, while another process has the port. */
const RETRY_MS = 25

interface Address {
  readonly host: string
  readonly port: number
}

export interface Listener {
  readonly port: number
  /** Idempotent. A connection that this process makes after the call is accepted. */
  open(): void
  /** Idempotent. Connections already accepted stay. */
  shut(): void
}

/** @throws the system's error when the port cannot be listened on, such as EADDRINUSE. */
export async function createListener(
  address: Address,
  onConnection: (socket: Socket) => void,
): Promise<Listener> {
  let server: Server | null = listen(address)
  let retry: NodeJS.Timeout | undefined
  await once(server, 'listening')
  const port = portOf(server)

  function listen(at: Address): Server {
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

export function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('No TCP port is open.')
  return address.port
}
