/** Each fault of the demo's panel, put on a running stream and taken off again: it goes on, and the counters stay 0. */
import { faultPresets, healthyState } from '../../demo/faults/index.ts'
import { expect, test } from './fixtures.ts'
import type { Rung } from './support/client.ts'
import { expectUntouched } from './support/world.ts'

/** Patience that fits a loopback network and the slowest of the presets, also on a machine that has much else to do. */
const QUICK = {
  attemptDelayMs: 100,
  connectTimeoutMs: 1500,
  minDelayMs: 50,
  maxDelayMs: 300,
  ackTimeoutMs: 1500,
  probeDelayMs: 300,
}

/** Over what the stream goes on; `none` where nothing can get through until the fault is gone. */
const GOES_ON_OVER: Readonly<Record<string, Rung | 'none'>> = {
  healthy: 'websocket',
  'websocket-refused': 'eventsource',
  'websocket-hanging': 'eventsource',
  'websocket-mute': 'eventsource',
  'websocket-short-lived': 'eventsource',
  'eventsource-buffered': 'longpoll',
  'longpoll-only': 'longpoll',
  latency: 'websocket',
  'post-refused': 'websocket',
  'post-hanging': 'websocket',
  'post-503': 'websocket',
  'post-413': 'websocket',
  'post-302': 'websocket',
  'post-308': 'websocket',
  narrow: 'websocket',
  busy: 'none',
  'captive-portal': 'none',
  refused: 'none',
  silent: 'none',
  'half-open': 'none',
}

/** What becomes of a message that is sent under a preset which strikes POSTs alone: its reply, or the error's code. */
const FATES: Readonly<Record<string, number | string>> = {
  'answers-lost': 1,
  'post-refused': 1,
  'post-hanging': 1,
  'post-503': 1,
  'post-413': 'too-large',
  'post-302': 'outcome-unknown',
  'post-308': 1,
}

for (const { name, label, state, cut } of faultPresets.filter(
  (preset) => !(preset.name in FATES),
)) {
  test(`${label}, then healthy`, async ({ world }) => {
    const { client, load, proxy } = world
    const expected = GOES_ON_OVER[name]
    if (!expected) throw new Error(`Say over what the stream goes on under the preset "${name}".`)
    await client.connect(QUICK)
    await client.openOver('websocket')
    await world.startTraffic(20, 5)
    await client.received(load.last + 5)

    proxy.set(state)
    if (cut) proxy.cut(cut)
    // The first wait follows the cut, the second an attempt that met the fault.
    if (expected === 'none') await client.happened('retry', 2)
    else {
      await client.openOver(expected)
      await client.received(load.last + 5)
    }

    proxy.set(healthyState)
    await client.openOver('websocket')
    await client.received(load.last + 5)
    await world.expectWhole()
  })
}

for (const { name, label, state } of faultPresets.filter((preset) => preset.name in FATES)) {
  test(`${label}: the stream does not feel it`, async ({ world }) => {
    const { client, load, proxy, requests } = world
    await client.connect({ ...QUICK, rungs: ['eventsource'] })
    await client.openOver('eventsource')
    load.start(20)
    await client.received(load.last + 5)

    proxy.set(state)
    const fate = client.send('echo', 1)
    const struck = () => requests.filter(({ kind, mode }) => kind === 'post' && mode !== 'pass')
    await expect.poll(() => struck().length).toBeGreaterThan(0)
    await client.received(load.last + 5)

    proxy.set(healthyState)
    expect(await fate).toBe(FATES[name])
    await client.received(load.last + 5)
    expectUntouched(await world.expectDown())
  })
}
