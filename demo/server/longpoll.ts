/** The long-poll transport: each answer holds what is there after the cursor, or waits for it. RFC 6202, section 2. */

import type { ServerResponse } from 'node:http'
import { answerBlocks } from './answer.ts'
import type { Channel, Chunk } from './channel.ts'
import { closing } from './connections.ts'
import type { Context } from './context.ts'
import { type CloseNotice, formatClose, formatHello } from './control-events.ts'
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
  const close = farewell && isLast ? formatClose(farewell) : ''
  answerBlocks(response, found.text + wait.ephemeral + close)
}

/** The hello, where one is due, and what follows the cursor. Where there is neither, waits for news. */
async function find(
  context: Context,
  request: StreamRequest,
  start: Position,
  wait: Wait,
): Promise<Chunk> {
  const { channel, settings } = context
  // A poll that goes on from its cursor needs no hello. Any other must learn where the stream stands.
  const isNext = request.wait && start.continuity === 'resumed'
  const hello = isNext ? '' : formatHello(start, settings)

  do {
    const found = await collect(channel, start.cursor, settings.pollBytes)
    // Meanwhile the log has dropped the next events: a hello has to announce the gap.
    if (!found) return find(context, request, await channel.locate(request.cursor), wait)

    const text = hello + found.text
    if (text !== '' || wait.ephemeral !== '') return { text, cursor: found.cursor }
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

  // Half of it, since the next read may bring a whole chunk.
  while (text.length < maxBytes / 2) {
    const chunk = await channel.readAfter(cursor)
    if (!chunk) return undefined
    if (chunk.text === '') break

    text += chunk.text
    cursor = chunk.cursor
  }
  return { text, cursor }
}
