/** What the transports share. */

import type { Channel } from './channel.ts'
import type { Connections } from './connections.ts'
import type { Inbox } from './inbox.ts'
import type { Settings } from './options.ts'
import type { Refusal } from './refusal.ts'

export interface Context {
  readonly settings: Settings
  readonly channel: Channel
  readonly inbox: Inbox
  readonly connections: Connections
  /** Reports a refusal to the observer. */
  refused(refusal: Refusal): void
}
