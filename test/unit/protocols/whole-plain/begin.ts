// A wire in a fake environment, to a server that the whole `plain` speaks to.
import { websocket } from '../../../../src/index.ts'
import { type PlainOptions, plain } from '../../../../src/plain.ts'
import { type StartOptions, start } from '../../../support/fake-wire.ts'

export const ENVELOPE = { type: 'type', data: 'data', id: 'id' } as const

/** Connects; `heard` is what the listeners of these types got, in order. */
export function begin(
  plainly: PlainOptions = { envelope: ENVELOPE },
  options: StartOptions & { readonly types?: readonly string[] } = {},
) {
  const { types = ['message', 'price', 'news'], ...more } = options
  const started = start({ protocol: plain(plainly), transports: [websocket], ...more })
  const heard: unknown[][] = []
  for (const type of types) started.wire.on(type, (data) => heard.push([type, data]))
  return { ...started, heard }
}

/** The same, over a WebSocket that is open. */
export async function beginOpen(...given: Parameters<typeof begin>) {
  const begun = begin(...given)
  const socket = await begun.sockets.next()
  socket.open()
  await begun.settle()
  return { ...begun, socket }
}
