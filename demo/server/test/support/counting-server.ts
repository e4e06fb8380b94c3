/** A reference server that keeps what it processes. */

import type { Message, SteadywireServerOptions } from '../../index.ts'
import { type RunningServer, startServer } from './running-server.ts'

export interface CountingServer {
  readonly running: RunningServer
  readonly processed: readonly Message[]
}

/** It replies with what it heard, unless the options have a handler of their own. */
export async function startCounting(
  options: SteadywireServerOptions = {},
): Promise<CountingServer> {
  const processed: Message[] = []
  const running = await startServer({
    onMessage: (message) => {
      processed.push(message)
      return { heard: message.data }
    },
    ...options,
  })
  return { running, processed }
}
