/** Cuts a stream while it is there. */
import type { FaultProxy } from '../../../demo/faults/index.ts'
import { rungs } from './client.ts'

/** Resets everything as soon as the stream is carried: between two polls there is nothing that could be cut. */
export async function cutStream(proxy: FaultProxy): Promise<void> {
  const isCarried = () => rungs.some((rung) => proxy.connections[rung] > 0)
  await new Promise<void>((done) => {
    const stop = proxy.onConnections(() => isCarried() && finish())
    const finish = () => {
      stop()
      proxy.cut()
      done()
    }
    if (isCarried()) finish()
  })
}
