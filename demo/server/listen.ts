/** Listens on a port, or on the next one that is free. */

import type { Server } from 'node:http'

const MAX_PORT = 65_535
const MAX_TRIES = 100

/** Resolves with the port. Rejects with an error that says what to do where none is free. */
export async function listen(
  http: Server,
  host: string,
  port: number,
  findPort: boolean,
): Promise<number> {
  const last = findPort && port > 0 ? Math.min(port + MAX_TRIES - 1, MAX_PORT) : port

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
      resolve(portOf(http))
    })
  })
}

/** The port that a server listens on. */
export function portOf(http: Server): number {
  const address = http.address()
  if (address === null || typeof address === 'string') throw new TypeError('It has no port')
  return address.port
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

function isTaken(error: unknown): boolean {
  return codeOf(error) === 'EADDRINUSE'
}

function adviceFor(error: unknown, host: string, port: number, last: number): string {
  if (!isTaken(error)) return `Cannot listen on ${host}:${port} (${codeOf(error)}): choose another`
  const which = last > port ? `All ports from ${port} to ${last} are` : `Port ${port} is`
  return `${which} taken: choose another with --port`
}
