// The memory of the transport that won, by itself: what is believed, and what no storage can break.
import { describe, expect, test } from 'vitest'
import { eventsource, longpoll, websocket } from '../../src/index.ts'
import type { Environment } from '../../src/platform/environment.ts'
import { winnerMemory } from '../../src/winner-memory.ts'
import { createFakeEnvironment } from '../support/fake-environment.ts'
import { createFakeStorage } from '../support/fake-page.ts'

const HOUR = 3_600_000
const EVENTSOURCE = 1
const transports = [websocket, eventsource, longpoll]
const { clock, environment } = createFakeEnvironment()
const now = clock.Date.now()

/** At that time by the wall clock. */
function memoryOf(storage: Environment['localStorage'] | null, at = now, key = 'key') {
  const page = { ...environment, Date: { ...environment.Date, now: () => at } }
  return winnerMemory(page, { storage }, { key, transports })
}

describe('the memory', () => {
  test('recalls what was remembered', () => {
    const storage = createFakeStorage()
    memoryOf(storage).save(EVENTSOURCE)
    expect(memoryOf(storage).load()).toBe(EVENTSOURCE)
    expect(memoryOf(storage, now + HOUR - 1).load()).toBe(EVENTSOURCE)
    expect(memoryOf(storage, now, 'other').load()).toBe(-1)
  })

  test('is forgotten after an hour, and before its time', () => {
    const storage = createFakeStorage()
    memoryOf(storage).save(EVENTSOURCE)
    expect(memoryOf(storage, now + HOUR).load()).toBe(-1)
    expect(memoryOf(storage, now - 1).load()).toBe(-1)
  })

  test('is cleared by the best', () => {
    const storage = createFakeStorage()
    memoryOf(storage).save(EVENTSOURCE)
    memoryOf(storage).save(0)
    expect(storage.items.size).toBe(0)
  })

  test.each([
    '',
    'eventsource',
    'eventsource ',
    'eventsource NaN',
    'eventsource -1',
    'eventsource 1e400',
    `carrier-pigeon ${now}`,
    '{}',
    '\0',
  ])('does not believe %j', (value) => {
    expect(memoryOf(createFakeStorage({ key: value })).load()).toBe(-1)
  })

  const denied = () => {
    throw new DOMException('denied', 'SecurityError')
  }
  const broken = { getItem: denied, setItem: denied, removeItem: denied }

  test.each<[string, Environment['localStorage'] | null]>([
    ['null', null],
    ['broken', broken],
  ])('does no harm where the storage is %s', (_, storage) => {
    const { load, save } = memoryOf(storage)
    save(EVENTSOURCE)
    save(0)
    expect(load()).toBe(-1)
  })

  test('does no harm where asking for the storage throws', () => {
    const page = {
      ...environment,
      get localStorage() {
        return denied()
      },
    }
    const { load, save } = winnerMemory(page, {}, { key: 'key', transports })
    save(EVENTSOURCE)
    expect(load()).toBe(-1)
  })
})
