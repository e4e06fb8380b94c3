/** A proxy in front of an origin, both gone after the test. */
import { onTestFinished } from 'vitest'
import {
  type ConnectionCounts,
  createFaultProxy,
  type FaultProxy,
  type FaultState,
  type SeenRequest,
} from '../index.ts'
import { type Dialled, dial, preflight } from './dial.ts'
import { type Origin, second, startOrigin } from './origin.ts'

export type World = {
  readonly origin: Origin
  readonly proxy: FaultProxy
  /** Requests that the proxy has seen. */
  readonly seen: readonly SeenRequest[]
  /** The n-th request from the start, once the proxy has seen it. */
  sees(index?: number): Promise<SeenRequest>
  /** Settles once the counts are so. */
  counts(wanted: (connections: ConnectionCounts) => boolean): Promise<void>
  dial(text?: string): Promise<Dialled>
  /** A whole exchange past every mode: what was under way before it has had its time. */
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
        const client = await dialProxy(preflight)
        await client.receives(second)
        client.socket.destroy()
      }
    },
  }
}
