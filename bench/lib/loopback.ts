/** Every server of the benchmark listens on the loopback interface. */
import type { Server } from 'node:http'
import { listen } from '../../demo/server/listen.ts'

const HOST = '127.0.0.1'

/** Resolves with the port: that one, or a free one. Rejects where it is not available. */
export const listenOnLoopback = (http: Server, port = 0): Promise<number> =>
  listen(http, HOST, port, false)

export const originOf = (port: number): string => `http://${HOST}:${port}`
