/** The memory store with the delays of a store elsewhere: each answer takes some turns of the event loop, and news come late. */

import { createMemoryStore, type MemoryStoreOptions, type Store } from '../../index.ts'

export async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve))
}

export function createSlowStore(options?: MemoryStoreOptions): Store {
  const { log, clients } = createMemoryStore(options)
  let calls = 0
  const later = async <T>(answer: Promise<T>): Promise<T> => {
    const result = await answer
    await turns(++calls % 4)
    return result
  }
  return {
    log: {
      append: (type, data) => later(log.append(type, data)),
      locate: (cursor) => later(log.locate(cursor)),
      readAfter: (cursor, maxBytes) => later(log.readAfter(cursor, maxBytes)),
      onAppend: (listener) => log.onAppend(() => void turns(2).then(listener)),
    },
    clients: {
      exclusive: (client, work) => clients.exclusive(client, work),
      highest: (client) => later(clients.highest(client)),
      outcome: (client, seq) => later(clients.outcome(client, seq)),
      remember: (client, seq, outcome) => later(clients.remember(client, seq, outcome)),
    },
  }
}
