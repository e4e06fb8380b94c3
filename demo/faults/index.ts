/** The fault proxy: a user-space TCP proxy that does to the traffic of a stream what bad networks do. */
export type { CutOptions, FaultPreset } from './presets.ts'
export { faultPresets } from './presets.ts'
export type { ConnectionCounts, FaultProxy, FaultProxyOptions, SeenRequest } from './proxy.ts'
export { createFaultProxy } from './proxy.ts'
export type { FaultMode, FaultNetwork, FaultState, RequestKind } from './state.ts'
export { faultModes, faultNetworks, healthyState, parseFaultState, requestKinds } from './state.ts'
