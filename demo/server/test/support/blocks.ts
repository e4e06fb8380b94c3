/** Event blocks as the tests read and write them, by a parser that the server does not share. */

import { createParser } from 'eventsource-parser'

export interface Block {
  readonly id: string | undefined
  readonly type: string
  readonly data: string
}

/** Feeds text to a parser, which calls back for each block. */
export function createBlockReader(onBlock: (block: Block) => void): (text: string) => void {
  const parser = createParser({
    onEvent: ({ id, event, data }) => onBlock({ id, type: event ?? 'message', data }),
    onError: (error) => {
      if (error.field === 'bytes') return // of PROTOCOL.md; others leave it out
      throw error
    },
  })
  return (text) => parser.feed(text)
}

export function readBlocks(text: string): Block[] {
  const blocks: Block[] = []
  createBlockReader((block) => blocks.push(block))(text)
  return blocks
}

/** A message as a client prints it. */
export const formatMessage = (seq: number, type: string, data: string): string =>
  `id: ${seq}\nevent: ${type}\ndata: ${data}\n\n`

/** The acks in a text, as values. */
export const readAcks = (text: string): unknown[] =>
  readBlocks(text)
    .filter(({ type }) => type === 'sw:ack')
    .map(({ data }): unknown => JSON.parse(data))

export interface HelloData {
  readonly continuity: string
  readonly heartbeatMs: number
  readonly retryMs: number
  readonly maxMessageBytes: number
}

/** The hello's data; throws where the block is none. */
export function helloOf(block: Block | undefined): HelloData {
  if (block?.type !== 'sw:hello') throw new Error(`Not a hello: ${JSON.stringify(block)}`)
  return JSON.parse(block.data)
}
