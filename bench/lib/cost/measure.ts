/** What servers cost: each in a separate process, with equally many clients, which stay connected throughout. */
import { CLIENTS, type Client, type Observer, STEADYWIRE_WEBSOCKET } from './clients.ts'
import { type CostAnswer, type CostProcess, startCostProcess } from './process.ts'

export interface Contender extends Client {
  readonly name: string
  /** Whether it has the reference server's default heartbeat, in place of the one that all others have. */
  readonly ownHeartbeat?: true
}

function createContender(client: Client): Contender {
  return { ...client, name: `${client.server} ${client.transport}` }
}

/** All others are compared with it. */
export const REFERENCE = createContender(STEADYWIRE_WEBSOCKET)

export const CONTENDERS: readonly Contender[] = [
  REFERENCE,
  ...CLIENTS.filter((client) => client !== STEADYWIRE_WEBSOCKET).map(createContender),
  { ...REFERENCE, name: `${REFERENCE.name}, default heartbeat`, ownHeartbeat: true },
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
  /** Why clients lost their connection: one reason for each. */
  readonly lost: readonly string[]
  idle(durationMs: number): Promise<Cost>
  /** Publishes events, one a second; resolves when all clients have received all of them. */
  busy(count: number): Promise<Cost>
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

/** Of one of `count` clients. `durationMs` is what was to be measured, where the wait for the last event took longer. */
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
  await pause(EMPTY_MS) // until its start is over
  const before = await process.ask({ publish: 0 })
  await pause(EMPTY_MS)
  return costOf([before, await process.ask({ publish: 0 })], 1).cpuMs
}

/** Counts the events of all clients that are still connected. */
function createCounter(clientCount: number) {
  const lost: string[] = []
  let received = 0
  let wanted = Number.POSITIVE_INFINITY
  let complete = () => {}
  let isOver = false

  const present = () => clientCount - lost.length
  function check(): void {
    if (received >= wanted * present()) complete()
  }

  const observer: Observer = {
    onEvent() {
      received += 1
      check()
    },
    onLost(reason) {
      if (isOver) return
      lost.push(reason)
      check()
    },
  }

  return {
    observer,
    /** Why clients lost their connection. */
    lost,
    present,
    /** Counts from zero; resolves when each client has received that many, rejects when they are overdue. */
    waitFor(events: number): Promise<void> {
      received = 0
      wanted = events
      const patienceMs = events * SECOND_MS + PATIENCE_MS

      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          const count = `${received} of ${events} × ${present()} events`
          reject(new Error(`Only ${count} came, and no connection ended.`))
        }, patienceMs)
        complete = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    },
    end() {
      isOver = true
    },
  }
}

/** Spreads the clients over one heartbeat, so that theirs are spread too. */
async function connectAll(
  origin: string,
  contender: Contender,
  options: CrowdOptions,
  observer: Observer,
): Promise<readonly (() => void)[]> {
  const start = performance.now()
  const connecting: Promise<() => void>[] = []
  for (let n = 1; n <= options.clients; n += 1) {
    connecting.push(contender.connect(origin, observer))
    await pause(start + (n * options.heartbeatMs) / options.clients - performance.now())
  }
  return Promise.all(connecting)
}

/** Resolves with a server and all of its clients, one heartbeat later. */
export async function gather(contender: Contender, options: CrowdOptions): Promise<Crowd> {
  const process = await startCostProcess(contender.server, options.heartbeatMs)
  const emptyCpuMs = await measureEmpty(process)
  const counter = createCounter(options.clients)
  const ends = await connectAll(process.origin, contender, options, counter.observer)

  async function measure(act: () => Promise<unknown>, durationMs?: number): Promise<Cost> {
    const before = await process.ask({ publish: 0 })
    await act()
    const after = await process.ask({ publish: 0 })
    return costOf([before, after], counter.present(), durationMs)
  }

  return {
    contender,
    emptyCpuMs,
    lost: counter.lost,
    idle: (durationMs) => measure(() => pause(durationMs)),
    busy: (count) =>
      measure(
        () => Promise.all([counter.waitFor(count), process.ask({ publish: count })]),
        count * SECOND_MS,
      ),
    async close() {
      counter.end()
      for (const end of ends) end()
      await process.stop()
    },
  }
}
