/** Each fault of the demo's panel, put on a running stream and taken off again: it goes on, and the counters stay 0. */
import { faultPresets, healthyState } from '../../demo/faults/index.ts'
import { test } from './fixtures.ts'
import type { Rung } from './support/client.ts'

/** Patience that fits a loopback network and the slowest of the presets, also on a machine that has much else to do. */
const quick = {
  attemptDelayMs: 100,
  connectTimeoutMs: 1500,
  minDelayMs: 50,
  maxDelayMs: 300,
  ackTimeoutMs: 1500,
  probeDelayMs: 300,
}

/** Over what the stream goes on; `none` where nothing can get through until the fault is gone. */
const goesOnOver: Readonly<Record<string, Rung | 'none'>> = {
  healthy: 'websocket',
  'websocket-refused': 'eventsource',
  'websocket-hanging': 'eventsource',
  'websocket-mute': 'eventsource',
  'websocket-short-lived': 'eventsource',
  'eventsource-buffered': 'longpoll',
  'longpoll-only': 'longpoll',
  'answers-lost': 'websocket',
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

for (const { name, label, state, cut } of faultPresets) {
  test(`${label}, then healthy`, async ({ world }) => {
    const { client, load, proxy } = world
    const expected = goesOnOver[name]
    if (!expected) throw new Error(`Say over what the stream goes on under the preset "${name}".`)
    await client.connect(quick)
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
