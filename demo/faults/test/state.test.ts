// The state of the proxy: what is accepted, what is refused, and the presets.
import { describe, expect, test } from 'vitest'
import {
  faultModes,
  faultNetworks,
  faultPresets,
  healthyState,
  parseFaultState,
  requestKinds,
} from '../index.ts'
import { startWorld } from './world.ts'

describe('parseFaultState', () => {
  test('takes each mode for each kind, and each network', () => {
    for (const kind of requestKinds) {
      for (const mode of faultModes) expect(parseFaultState({ [kind]: mode })[kind]).toBe(mode)
    }
    for (const network of faultNetworks) expect(parseFaultState({ network })).toEqual({ network })
  })

  test('takes what JSON makes of a whole state, as a new object', () => {
    const state = { ...healthyState, latencyMs: 5, retryAfter: 'Wed, 21 Oct 2015 07:28:00 GMT' }
    expect(parseFaultState(JSON.parse(JSON.stringify(state)))).toEqual(state)
    expect(parseFaultState(state)).not.toBe(state)
    expect(parseFaultState({})).toEqual({})
  })

  test.each([
    [null, 'must be an object'],
    ['refuse', 'must be an object'],
    [[], 'must be an object'],
    [{ webSocket: 'refuse' }, 'no field "webSocket". Its fields are network, websocket,'],
    [{ toString: 'pass' }, 'no field "toString"'],
    [JSON.parse('{"__proto__":{"network":"refuse"}}'), 'no field "__proto__"'],
    [JSON.parse('{"latencyMs":1e400}'), '"latencyMs" must be'],
    [{ websocket: 'refused' }, '"websocket" must be one of "pass", "refuse", "hang",'],
    [{ post: true }, '"post" must be one of'],
    [{ eventsource: undefined }, '"eventsource" must be one of'],
    [{ network: 'hang' }, '"network" must be one of "pass", "refuse", "silent", "half-open"'],
    [{ latencyMs: -1 }, '"latencyMs" must be a whole number of milliseconds from 0 to 60000'],
    [{ latencyMs: '5' }, 'not "5"'],
    [{ latencyMs: 1.5 }, '"latencyMs" must be'],
    [{ latencyMs: Number.NaN }, '"latencyMs" must be'],
    [{ cutAfterMs: 60_001 }, '"cutAfterMs" must be'],
    [{ bytesPerSecond: Number.POSITIVE_INFINITY }, '"bytesPerSecond" must be'],
    [{ truncateAfterBlocks: null }, '"truncateAfterBlocks" must be'],
    [{ rejectStatus: 101 }, '"rejectStatus" must be an HTTP status from 200 to 599, not 101'],
    [{ retryAfter: 5 }, '"retryAfter" must be null or a string'],
    [{ retryAfter: '' }, '"retryAfter" must be'],
    [{ retryAfter: '5\r\nSet-Cookie: a=b' }, '"retryAfter" must be'],
    [{ network: 'pass', websocket: 'x'.repeat(1_000) }, '"websocket" must be'],
  ])('refuses %o', (value, message) => {
    expect(() => parseFaultState(value)).toThrow(TypeError)
    expect(() => parseFaultState(value)).toThrow(message)
  })

  test.each([
    ['a long value', { websocket: 'x'.repeat(1_000) }],
    ['a long name', { ['x'.repeat(1_000)]: 'pass' }],
    ['a deep value', { websocket: JSON.parse('['.repeat(8_000) + ']'.repeat(8_000)) }],
    ['no JSON', { websocket: 5n }],
  ])('keeps its message short: %s', (_, value) => {
    const call = () => parseFaultState(value)
    expect(call).toThrow(TypeError)
    expect(call).toThrow(/^Fault state.{1,300}$/)
  })
})

describe('the state of a proxy', () => {
  test('is changed field by field, and not at all by a bad change', async () => {
    const { proxy } = await startWorld()
    expect(proxy.state).toEqual(healthyState)
    proxy.set({ websocket: 'hang' })
    proxy.set({ latencyMs: 1 })
    const before = proxy.state
    expect(before).toEqual({ ...healthyState, websocket: 'hang', latencyMs: 1 })
    expect(() => proxy.set({ websocket: 'pass', latencyMs: -1 })).toThrow('"latencyMs"')
    expect(proxy.state).toEqual(before)
  })

  test('cannot be changed past set()', async () => {
    const { proxy } = await startWorld()
    expect(() => Object.assign(proxy.state, { network: 'refuse' })).toThrow(TypeError)
  })
})

describe('faultPresets', () => {
  test('are whole states with a name and a label of their own', () => {
    for (const { state } of faultPresets) {
      expect(parseFaultState(state)).toEqual(state)
      expect(Object.keys(state)).toEqual(Object.keys(healthyState))
    }
    for (const field of ['name', 'label'] as const) {
      expect(new Set(faultPresets.map((preset) => preset[field])).size).toBe(faultPresets.length)
    }
  })

  test('begin with the one that heals, and no other does', () => {
    expect(faultPresets[0]?.state).toEqual(healthyState)
    for (const { state } of faultPresets.slice(1)) expect(state).not.toEqual(healthyState)
  })
})
