// The table of transitions: every state with every input.
import type { Row } from './states.ts'
import { whileConnecting } from './table-connecting.ts'
import { whileClosed, whileSuspended, whileWaiting } from './table-idle.ts'
import { whileLosing } from './table-lost.ts'
import { whileOpen } from './table-open.ts'

export const table: Readonly<Record<string, readonly Row[]>> = {
  connecting: whileConnecting,
  open: [...whileOpen, ...whileLosing],
  waiting: whileWaiting,
  suspended: whileSuspended,
  closed: whileClosed,
}
