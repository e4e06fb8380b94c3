/** Listens on a port, or on the next one that is free. */

import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

const maxPort = 65_535
const maxTries = 100

/** Resolves with the port. Rejects with an error that says what to do where none can be had. */
export async function listen(
  http: Server,
  host: string,
  port: number,
  findPort: boolean,
): Promise<number> {
  const last = findPort && port > 0 ? Math.min(port + maxTries - 1, maxPort) : port
  for (let candidate = port; ; candidate++) {
    try {
      return await listenOn(http, host, candidate)
    } catch (error) {
      if (isTaken(error) && candidate < last) continue
      throw new Error(adviceFor(error, host, port, last), { cause: error })
    }
  }
}

function listenOn(http: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', reject)
    http.listen(port, host, () => {
      http.off('error', reject)
      resolve((http.address() as AddressInfo).port)
    })
  })
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code
const isTaken = (error: unknown) => codeOf(error) === 'EADDRINUSE'

function adviceFor(error: unknown, host: string, port: number, last: number): string {
  if (!isTaken(error)) return `Cannot listen on ${host}:${port} (${codeOf(error)}): choose another`
  const which = last > port ? `All ports from ${port} to ${last} are` : `Port ${port} is`
  return `${which} taken: choose another with --port`
}
