// The storage of one page: it remembers, throws, or answers nonsense, and what is stored is written into the history.
import { seededRandom } from '../support/fake-environment.ts'
import { createFakeStorage } from '../support/fake-page.ts'
import type { History } from './history.ts'

export type Poison = 'throws' | 'lies' | undefined

const NONSENSE = ['', ' ', 'longpoll', 'longpoll NaN', 'carrier-pigeon 1', `x${'9'.repeat(400)}`]

export function createPageStorage(history: History, client: number, seed: number) {
  const storage = createFakeStorage()
  const random = seededRandom(seed + 3)
  let poison: Poison
  const check = () => {
    if (poison === 'throws') throw new DOMException('Denied', 'SecurityError')
  }
  return {
    getItem(key: string) {
      check()
      if (poison !== 'lies') return storage.getItem(key)
      return NONSENSE[Math.floor(random() * NONSENSE.length)] as string
    },
    setItem(key: string, value: string) {
      check()
      history.add({ kind: 'stored', client, dump: `${key}=${value}` })
      storage.setItem(key, value)
    },
    removeItem(key: string) {
      check()
      storage.removeItem(key)
    },
    poison(how: Poison) {
      poison = how
    },
  }
}
