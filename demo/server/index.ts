/** The reference server's parts, for applications and tests. */

export type { PublishOptions } from './channel.ts'
export type { Connection } from './connections.ts'
export type { CloseNotice } from './control-events.ts'
export { type Demo, type DemoOptions, startDemo } from './demo.ts'
export {
  type Data,
  type EventBlock,
  formatBlock,
  MalformedBlock,
  parseBlocks,
} from './event-block.ts'
export type { HostRule } from './host.ts'
export type { MemoryLog } from './memory-log.ts'
export { createMemoryStore, type MemoryStore, type MemoryStoreOptions } from './memory-store.ts'
export type { Observation, Observe, Transport } from './observe.ts'
export {
  type Message,
  MessageRefused,
  type SteadywireServerOptions,
  type Verdict,
} from './options.ts'
export type { OriginRule } from './origin.ts'
export { createSteadywireServer, type SteadywireServer } from './server.ts'
export type {
  ClientMemory,
  Continuity,
  EventLog,
  Outcome,
  Position,
  Store,
  StoredEvent,
} from './store.ts'
