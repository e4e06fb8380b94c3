/** The long-poll transport: each answer holds what is there after the cursor, or waits for it. RFC 6202, section 2. */

import type { ServerResponse } from 'node:http'
import { answerBlocks } from './answer.ts'
import type { Channel, Chunk } from './channel.ts'
import { closing } from './connections.ts'
import type { Context } from './context.ts'
import { type CloseNotice, printClose, printHello } from './control-events.ts'
import type { StreamRequest } from './request.ts'
import type { Position } from './store.ts'
import { createWait, type Wait } from './wait.ts'

export async function servePoll(
  context: Context,
  request: StreamRequest,
  start: Position,
  response: ServerResponse,
): Promise<void> {
  const { channel, connections, settings } = context
  // Listens before it reads for the first time, so that no event can slip in between.
  const wait = createWait(channel, settings.heartbeatMs)
  response.on('close', wait.end)

  let farewell: CloseNotice | undefined
  connections.add({
    transport: 'longpoll',
    clientId: request.clientId,
    start,
    closed: closing(response),
    finish(notice) {
      farewell = notice
      wait.end()
    },
    drop: () => response.destroy(),
  })

  const found = await find(context, request, start, wait)
  const isLast = farewell && (await channel.readAfter(found.cursor))?.text === ''
  const goodbye = farewell && isLast ? printClose(farewell) : ''
  answerBlocks(response, found.text + wait.heard + goodbye)
}

/** The hello, where one is due, and what follows the cursor; where both are nothing, waits as long as allowed. */
async function find(
  context: Context,
  request: StreamRequest,
  start: Position,
  wait: Wait,
): Promise<Chunk> {
  const { channel, settings } = context
  // Who goes on from its cursor needs no hello; anybody else must learn where the stream stands.
  const goesOn = request.wait && start.continuity === 'resumed'
  const hello = goesOn ? '' : printHello(start, settings)
  do {
    const found = await collect(channel, start.cursor, settings.pollBytes)
    // Meanwhile the log has dropped what was to come: that is a gap, and to be told as one.
    if (!found) return find(context, request, await channel.locate(request.cursor), wait)
    const text = hello + found.text
    if (text !== '' || wait.heard !== '') return { text, cursor: found.cursor }
  } while (await wait.news())
  return { text: '', cursor: start.cursor }
}

async function collect(
  channel: Channel,
  start: string,
  maxBytes: number,
): Promise<Chunk | undefined> {
  let text = ''
  let cursor = start
  // Half: what is read next may be a whole chunk.
  while (text.length < maxBytes / 2) {
    const chunk = await channel.readAfter(cursor)
    if (!chunk) return undefined
    if (chunk.text === '') break
    text += chunk.text
    cursor = chunk.cursor
  }
  return { text, cursor }
}
