/** What servers cost: each in a process of its own, with as many clients, which all stay connected throughout. */
import { type Connect, clients, type Ear } from './clients.ts'
import { type CostAnswer, type CostProcess, startCostProcess } from './process.ts'
import type { ServerName } from './servers.ts'

export interface Contender {
  readonly server: ServerName
  readonly transport: string
  readonly name: string
  readonly connect: Connect
  /** With the heartbeat that the reference server has by default, not the one that all others have. */
  readonly ownHeartbeat?: true
}

const alike: readonly Contender[] = Object.entries(clients).map(([name, connect]) => {
  const [server, transport] = name.split(' ') as [ServerName, string]
  return { server, transport, name, connect }
})

export const contenders: readonly Contender[] = [
  ...alike,
  {
    server: 'steadywire',
    transport: 'websocket',
    name: 'steadywire websocket, default heartbeat',
    connect: clients['steadywire websocket'],
    ownHeartbeat: true,
  },
]

/** Per client and hour. */
export interface Cost {
  readonly cpuMs: number
  /** From the clients to the server. */
  readonly upBytes: number
  readonly downBytes: number
}

export interface Crowd {
  readonly contender: Contender
  /** Without any client, of the whole process: CPU milliseconds per hour. */
  readonly emptyCpuMs: number
  /** Why clients are gone that nobody told to go. */
  readonly lost: readonly string[]
  idle(durationMs: number): Promise<Cost>
  /** Everybody is told so many events, one each second; resolves when all were heard. */
  told(count: number): Promise<Cost>
  close(): Promise<void>
}

export interface CrowdOptions {
  readonly clients: number
  readonly heartbeatMs: number
}

const SECOND_MS = 1000
const HOUR_MS = 3_600_000
const EMPTY_MS = 2000
const PATIENCE_MS = 30_000

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms))

/** Of one client of so many. `durationMs`: what was to be measured, where waiting for the last event took longer. */
function costOf(
  [before, after]: readonly [CostAnswer, CostAnswer],
  count: number,
  durationMs = after.atMs - before.atMs,
): Cost {
  const scale = HOUR_MS / durationMs / count
  return {
    cpuMs: (after.cpuMs - before.cpuMs) * scale,
    upBytes: (after.readBytes - before.readBytes) * scale,
    downBytes: (after.writtenBytes - before.writtenBytes) * scale,
  }
}

async function measureEmpty(process: CostProcess): Promise<number> {
  await pause(EMPTY_MS) // what starting left over
  const before = await process.ask({ tell: 0 })
  await pause(EMPTY_MS)
  return costOf([before, await process.ask({ tell: 0 })], 1).cpuMs
}

/** Counts events, and says when there were enough: so many for each client that is still there. */
function createListening(clientCount: number) {
  const lost: string[] = []
  let heard = 0
  let each = Number.POSITIVE_INFINITY
  let reached = () => {}
  let over = false
  const present = () => clientCount - lost.length
  const check = () => {
    if (heard >= each * present()) reached()
  }
  const ear: Ear = {
    hear() {
      heard += 1
      check()
    },
    lose(reason) {
      if (over) return
      lost.push(reason)
      check()
    },
  }
  return {
    ear,
    /** Why clients are gone. */
    lost,
    present,
    /** From now on. Rejects when some have not come for so long that they are lost. */
    listen(events: number): Promise<void> {
      heard = 0
      each = events
      return new Promise((done, fail) => {
        const give = () =>
          fail(
            new Error(
              `Only ${heard} of ${events} × ${present()} events came, and no client knows.`,
            ),
          )
        const timer = setTimeout(give, events * SECOND_MS + PATIENCE_MS)
        reached = () => {
          clearTimeout(timer)
          done()
        }
      })
    },
    end() {
      over = true
    },
  }
}

/** Spreads the clients over one heartbeat, so that theirs are spread too. */
async function connectAll(origin: string, contender: Contender, options: CrowdOptions, ear: Ear) {
  const start = performance.now()
  const connecting: Promise<() => void>[] = []
  for (let n = 1; n <= options.clients; n += 1) {
    connecting.push(contender.connect(origin, ear))
    await pause(start + (n * options.heartbeatMs) / options.clients - performance.now())
  }
  return Promise.all(connecting)
}

/** Resolves when a server and all of its clients are there, one heartbeat later. */
export async function gather(contender: Contender, options: CrowdOptions): Promise<Crowd> {
  const process = await startCostProcess(contender.server, options.heartbeatMs)
  const emptyCpuMs = await measureEmpty(process)
  const listening = createListening(options.clients)
  const ends = await connectAll(process.origin, contender, options, listening.ear)
  const measure = async (act: () => Promise<unknown>, durationMs?: number) => {
    const before = await process.ask({ tell: 0 })
    await act()
    return costOf([before, await process.ask({ tell: 0 })], listening.present(), durationMs)
  }
  return {
    contender,
    emptyCpuMs,
    lost: listening.lost,
    idle: (durationMs) => measure(() => pause(durationMs)),
    told: (count) =>
      measure(
        () => Promise.all([listening.listen(count), process.ask({ tell: count })]),
        count * SECOND_MS,
      ),
    async close() {
      listening.end()
      for (const end of ends) end()
      await process.stop()
    },
  }
}
