/** What the parts of the conformance checks share. */

import { randomUUID } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { type Block, printMessage, readAcks } from './blocks.ts'
import {
  type OpenStream,
  openStream,
  post,
  type StreamOptions,
  type TransportName,
} from './streams.ts'

export const conformanceRetained = 1_000
export const conformanceHeartbeatMs = 500

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
  const body = data.map((each, index) => printMessage(index + 1, type, each)).join('')
  const acks = readAcks((await post(url, randomUUID(), body)).text)
  return acks.map((ack) => (ack as { reply: { id: string } }).reply.id)
}

/** The data of the next events. */
export async function dataOf(stream: OpenStream, count: number): Promise<string[]> {
  const data: string[] = []
  while (data.length < count) data.push((await stream.blocks.nextThat(isEvent)).data)
  return data
}
