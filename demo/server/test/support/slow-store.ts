/** The memory store with the delays of a store elsewhere. */

import { createMemoryStore, type MemoryStoreOptions, type Store } from '../../index.ts'

/** What a store is asked for. */
export type StoreCall = 'append' | 'locate' | 'readAfter' | 'highest' | 'outcome' | 'remember'

export async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve))
}

/** Each answer waits for `delay`. */
export function createDelayedStore(
  delay: (call: StoreCall) => Promise<void>,
  options?: MemoryStoreOptions,
): Store {
  const { log, clients } = createMemoryStore(options)

  async function after<T>(call: StoreCall, answer: Promise<T>): Promise<T> {
    const result = await answer
    await delay(call)
    return result
  }

  return {
    log: {
      append: (type, data) => after('append', log.append(type, data)),
      locate: (cursor) => after('locate', log.locate(cursor)),
      readAfter: (cursor, maxBytes) => after('readAfter', log.readAfter(cursor, maxBytes)),
      onAppend: (listener) => log.onAppend(listener),
    },
    clients: {
      exclusive: (client, work) => clients.exclusive(client, work),
      highest: (client) => after('highest', clients.highest(client)),
      outcome: (client, seq) => after('outcome', clients.outcome(client, seq)),
      remember: (client, seq, outcome) => after('remember', clients.remember(client, seq, outcome)),
    },
  }
}

/** Each answer takes some turns of the event loop, and news come late. */
export function createSlowStore(options?: MemoryStoreOptions): Store {
  let calls = 0
  const store = createDelayedStore(() => turns(++calls % 4), options)
  const { log } = store
  const onAppend: typeof log.onAppend = (listener) =>
    log.onAppend(() => void turns(2).then(listener))
  return { ...store, log: { ...log, onAppend } }
}
