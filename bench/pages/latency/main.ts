/** The page of the latency group: bundled, and run after the client under test. */
import type { LatencyLab } from '../../lib/latency/lab.ts'
import { exchange, now, openSocket } from './browser.ts'
import { ages, expect, LISTENERS } from './readers.ts'
import { SENDERS } from './senders.ts'

const CLOCK_ROUND_TRIPS = 50

const lab: LatencyLab = {
  async calibrate() {
    const socket = await openSocket('/clock')
    let shortest = Number.POSITIVE_INFINITY
    let offset = 0

    for (let n = 0; n < CLOCK_ROUND_TRIPS; n += 1) {
      const before = now()
      const server = Number(await exchange(socket, ''))
      const after = now()
      // The shortest round trip is the least unequal one.
      if (after - before >= shortest) continue
      shortest = after - before
      offset = server - (before + after) / 2
    }
    socket.close()
    return offset
  },
  async listen(reader, transport, next) {
    expect(next)
    await LISTENERS[reader][transport]()
  },
  ages,
  async roundTrips(sender, count) {
    const send = await SENDERS[sender]()
    const found: number[] = []
    for (let n = 1; n <= count; n += 1) {
      const start = performance.now()
      await send(n)
      found.push(performance.now() - start)
    }
    return found
  },
}
Object.assign(globalThis, { lab })
