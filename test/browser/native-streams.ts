// Streams as a native EventSource and as our transports hear them, and what our parser makes of the same bytes.
import { inject } from 'vitest'
import { eventsource } from '../../src/index.ts'
import { fetchstream } from '../../src/transports/fetchstream.ts'
import { parse } from '../unit/protocols/parsing.ts'
import { type Block, isBlock } from '../unit/protocols/vectors/vector.ts'
import { heard, openTransport } from './support/rungs.ts'

/** Has the server hand out streams in these pieces. Answers their URLs. */
export async function serveStreams(streams: readonly (readonly Uint8Array[])[]) {
  const body = streams.map((pieces) => pieces.map((piece) => btoa(String.fromCharCode(...piece))))
  const origin = inject('nativeOrigin')
  const answer = await fetch(origin, { method: 'POST', body: JSON.stringify(body) })
  const first = Number(await answer.text())
  return streams.map((_, index) => `${origin}/${first + index}`)
}

const typesOf = (blocks: readonly Block[]) => [...new Set(blocks.map(({ type }) => type))]

/** A stream that has not ended by then never does, and is heard as one that says so: its connection is needed. */
const END_TIMEOUT_MS = 5_000
const ENDLESS: Block = { id: '', type: 'no end', data: '' }

/** What a native EventSource hears until its stream ends, of the types that are expected. */
export const hearNatively = (url: string, expected: readonly Block[]): Promise<Block[]> =>
  new Promise((resolve) => {
    const blocks: Block[] = []
    const source = new EventSource(url)
    const end = () => {
      clearTimeout(timer)
      source.close()
      resolve(blocks)
    }

    const timer = setTimeout(() => {
      blocks.push(ENDLESS)
      end()
    }, END_TIMEOUT_MS)
    const take = (event: Event) => {
      if (event instanceof MessageEvent) {
        const { type, data, lastEventId: id } = event
        blocks.push({ id, type, data })
      } else if (event.type === 'error') end()
    }

    for (const type of new Set(['error', 'message', ...typesOf(expected)])) {
      source.addEventListener(type, take)
    }
  })

/** What our transport tells of a stream until it ends. */
export async function hearByTransport(url: string, expected: readonly Block[]) {
  const types = () => ['message', ...typesOf(expected)]
  const { sink, connection } = openTransport(eventsource, url, { types })
  const timer = setTimeout(() => {
    sink.event(ENDLESS)
    sink.closed({ reason: 'timeout' })
  }, END_TIMEOUT_MS)
  await sink.until('closed')
  clearTimeout(timer)
  connection.close()
  return heard(sink)
}

/** What our transport over fetch hands on of a stream until it ends, as the standard reads it. */
export async function hearByFetch(url: string) {
  const { sink, connection } = openTransport(fetchstream(), url)
  const timer = setTimeout(() => sink.closed({ reason: 'timeout' }), END_TIMEOUT_MS)
  const [, { reason }] = await sink.until('closed')
  clearTimeout(timer)
  connection.close()
  if (reason === 'timeout') return [ENDLESS]
  // It has taken the mark away: another one at the beginning is text.
  return standardOfText(
    `\n${sink
      .told('text')
      .map(([, text]) => text)
      .join('')}`,
  )
}

/** A native EventSource repeats the last id on an event that has none: the transport takes a repeated one as none. */
export const blankRepeated = (blocks: readonly Block[]): Block[] =>
  blocks.map((block, index) => ({
    ...block,
    id: block.id === (blocks[index - 1]?.id ?? '') ? '' : block.id,
  }))

const NO_DATA = '\x02'
const NO_ID = '\x03'

/**
 * What the standard says of a stream, by our parser. Ours tells only the ids of blocks with data, and an empty one as
 * none: so each block is given a line of data, and each empty id a name, before; and the last event ID is kept.
 */
export function standardOfText(text: string): Block[] {
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : ''
  const lines = text.slice(mark.length).split(/\r\n|\r|\n/)
  const cut = lines.pop()
  const shown = lines.map((line) => {
    if (line === '') return `data: ${NO_DATA}\n\n`
    return `${/^id(: ?)?$/.test(line) ? `id: ${NO_ID}` : line}\n`
  })
  let last = ''

  return parse(mark + shown.join('') + cut)
    .told.filter(isBlock)
    .map(({ id, type, data }) => {
      last = id === NO_ID ? '' : id || last
      return { id: last, type, data }
    })
    .filter(({ data }) => data !== NO_DATA)
    .map((block) => ({ ...block, data: block.data.slice(0, -1 - NO_DATA.length) }))
}
