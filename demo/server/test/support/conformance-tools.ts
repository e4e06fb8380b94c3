/** What the parts of the conformance checks share. */

import { randomUUID } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { type Block, formatMessage } from './blocks.ts'
import {
  type OpenStream,
  openStream,
  post,
  type StreamOptions,
  type TransportName,
} from './streams.ts'

export const CONFORMANCE_RETAINED = 1_000
export const CONFORMANCE_HEARTBEAT_MS = 500

/** The server is started before the tests, but after they are described. */
export type Url = () => string

export const isEvent = ({ type }: Block) => !type.startsWith('sw:')

export async function open(transport: TransportName, url: string, options?: StreamOptions) {
  const stream = await openStream(transport, url, options)
  onTestFinished(stream.close)
  return stream
}

/** Publishes by messages, each of which the server publishes. Resolves with the ids. */
export async function publish(url: string, type: string, ...data: string[]): Promise<string[]> {
  const body = data.map((each, index) => formatMessage(index + 1, type, each)).join('')
  const { blocks } = await post(url, randomUUID(), body)
  return blocks.map(({ data: ack }) => JSON.parse(ack).reply.id)
}

/** The data of the next events. */
export async function dataOf(stream: OpenStream, count: number): Promise<string[]> {
  const data: string[] = []
  while (data.length < count) data.push((await stream.blocks.nextThat(isEvent)).data)
  return data
}
