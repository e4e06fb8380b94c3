// A server that closes with 1009 has taken nothing that it has not answered: a client may tell the last message as not processed.
import { expect, test } from 'vitest'
import { faults } from '../faults/index.ts'
import { violationsOf } from '../invariants.ts'
import { strike } from '../session.ts'
import { createWorld } from '../world.ts'

/** Around the 100 ms that such a server waits before it closes. */
const MOMENTS_MS = [0, 20, 40, 60, 80, 95, 99]

test.each(MOMENTS_MS)(
  'what is sent %i ms after it was struck is not processed and refused',
  async (ms) => {
    const transports = ['websocket'] as const
    const world = createWorld({
      seed: 1,
      clients: [{ transports, dynamicUrl: false, narrow: false, resumes: false }],
    })
    const { clock, clients, history } = world
    const [client] = clients
    const fault = faults.find(({ name }) => name === 'close code 1009')
    await clock.advance(1000)

    client?.send()
    if (client && fault) strike(world, client, fault, 0)
    await clock.advance(ms)
    client?.send()
    await clock.advance(5000)
    await world.finish()
    const settled = history.entries.filter(({ kind }) => kind === 'settled')
    expect(settled).toHaveLength(2)
    expect(violationsOf(history.entries)).toEqual([])
  },
)
