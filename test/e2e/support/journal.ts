/** What the server saw and did, written down from its own observations, as the independent half of every check. */
import { decode } from '@msgpack/msgpack'
import type { Data, Observation, Observe, Transport } from '../../../demo/server/index.ts'

export interface LoggedTick {
  readonly n: number
  readonly id: string
}

export interface Opened {
  readonly transport: Transport
  readonly continuity: string | undefined
  readonly cursor: string | undefined
}

export interface Journal {
  readonly observe: Observe
  /** Events of type `tick` with an id, in the log's order. */
  readonly ticks: readonly LoggedTick[]
  /** The numbers of the messages that were processed, in order; repeats are not. */
  readonly processed: readonly number[]
  /** Messages that came again and were answered from memory. */
  readonly repeated: number
  readonly opened: readonly Opened[]
  /** Statuses of refused requests. */
  readonly refused: readonly number[]
  /** What threw in the server. */
  readonly errors: readonly unknown[]
}

/** JSON, or MessagePack where it is bytes. */
export function readData(data: Data): unknown {
  return typeof data === 'string' ? JSON.parse(data) : decode(data)
}

function numberIn(data: Data): number {
  return Number(Reflect.get(Object(readData(data)), 'n'))
}

export function createJournal(): Journal {
  const ticks: LoggedTick[] = []
  const processed: number[] = []
  const opened: Opened[] = []
  const refused: number[] = []
  const errors: unknown[] = []
  let repeated = 0

  function observe(seen: Observation): void {
    if (seen.kind === 'published' && seen.type === 'tick' && seen.id !== undefined) {
      ticks.push({ n: numberIn(seen.data), id: seen.id })
    } else if (seen.kind === 'message') {
      if (seen.repeated) repeated += 1
      else processed.push(numberIn(seen.data))
    } else if (seen.kind === 'open') opened.push(seen)
    else if (seen.kind === 'refused') refused.push(seen.status)
    else if (seen.kind === 'error') errors.push(seen.error)
  }

  return {
    observe,
    ticks,
    processed,
    get repeated() {
      return repeated
    },
    opened,
    refused,
    errors,
  }
}
