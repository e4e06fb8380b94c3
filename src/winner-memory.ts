/** The memory of the transport that won, from one page to the next: in `localStorage`, or in the option `storage`. */
import type { WinnerMemory } from './options.ts'
import { quietly } from './platform/quietly.ts'

const MEMORY_MS = 3_600_000

/** Remembers for an hour. Storage that is denied, broken or full remembers nothing. */
export const winnerMemory: WinnerMemory = (environment, { storage }, { key, transports }) => {
  // Asked for at each use, since asking alone can throw.
  const store = () => (storage === undefined ? environment.localStorage : storage)

  return {
    load: () =>
      quietly(() => {
        const [winner, time] = (store()?.getItem(key) ?? '').split(' ')
        const ageMs = environment.Date.now() - Number(time)
        const isYoung = ageMs >= 0 && ageMs < MEMORY_MS
        return isYoung ? transports.findIndex(({ name }) => name === winner) : -1
      }) ?? -1,

    save(rank) {
      quietly(() => {
        const value = `${transports[rank]?.name} ${environment.Date.now()}`
        if (rank) store()?.setItem(key, value)
        else store()?.removeItem(key)
      })
    },
  }
}
