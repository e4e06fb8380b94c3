/** A proxy in front of an origin, both closed after the test. */
import { onTestFinished } from 'vitest'
import {
  type ConnectionCounts,
  createFaultProxy,
  type FaultProxy,
  type FaultState,
  type SeenRequest,
} from '../index.ts'
import { type Dialled, dial, PREFLIGHT } from './dial.ts'
import { type Origin, SECOND, startOrigin } from './origin.ts'

export interface World {
  readonly origin: Origin
  readonly proxy: FaultProxy
  /** Requests that the proxy has seen. */
  readonly seen: readonly SeenRequest[]
  /** Settles with the n-th request, counted from 0, when the proxy has seen it. */
  sees(index?: number): Promise<SeenRequest>
  /** Settles when the counts are as wanted. */
  counts(wanted: (connections: ConnectionCounts) => boolean): Promise<void>
  dial(text?: string): Promise<Dialled>
  /** Makes whole exchanges that pass in every mode: what was pending before them has happened, if it ever does. */
  fence(): Promise<void>
}

export async function startWorld(state: Partial<FaultState> = {}): Promise<World> {
  const origin = await startOrigin()
  onTestFinished(() => origin.close())
  const proxy = await createFaultProxy({ targetPort: origin.port })
  onTestFinished(() => proxy.close())
  proxy.set(state)
  const seen: SeenRequest[] = []
  let wake: (() => void)[] = []

  function progress(): void {
    const woken = wake
    wake = []
    for (const resolve of woken) resolve()
  }

  proxy.onRequest((request) => {
    seen.push(request)
    progress()
  })
  proxy.onConnections(progress)

  const dialled: Dialled[] = []
  onTestFinished(() => {
    for (const { socket } of dialled) socket.destroy()
  })

  async function dialProxy(text?: string): Promise<Dialled> {
    const client = await dial(proxy.port, text)
    dialled.push(client)
    return client
  }

  return {
    origin,
    proxy,
    seen,
    async sees(index = 0) {
      for (;;) {
        const request = seen.filter(({ kind }) => kind !== 'other')[index]
        if (request) return request
        await new Promise<void>((resolve) => wake.push(resolve))
      }
    },
    async counts(wanted) {
      while (!wanted(proxy.connections)) await new Promise<void>((resolve) => wake.push(resolve))
    },
    dial: dialProxy,
    async fence() {
      for (let round = 0; round < 3; round++) {
        const client = await dialProxy(PREFLIGHT)
        await client.receives(SECOND)
        client.socket.destroy()
      }
    },
  }
}
