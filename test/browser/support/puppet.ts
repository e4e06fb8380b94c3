// The browser's end of the puppet server: requests as they come in, and what is answered to them.
import { inject, onTestFinished } from 'vitest'
import type { PuppetNews, PuppetOrder } from '../../support/puppet-server.ts'

type Request = Extract<PuppetNews, { kind: 'request' }>
type Deed = PuppetOrder extends infer O ? (O extends PuppetOrder ? Omit<O, 'id'> : never) : never

export interface Answer {
  readonly status?: number
  readonly body?: string
  /** Default `text/event-stream`. */
  readonly contentType?: string
  readonly headers?: Record<string, string>
  /** Default: any origin may read it, and `Retry-After` too. */
  readonly cors?: Record<string, string>
}

/** A request, as the server sees it. */
export interface Arrived extends Request {
  readonly url: URL
  /** Settles once its connection is gone. */
  readonly gone: Promise<void>
  /** The next text frame of a WebSocket. */
  frame(): Promise<string>
  do(deed: Deed): void
  /** Begins an answer that goes on. */
  begin(answer?: Answer): void
  answer(answer?: Answer): void
}

const openCors = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'Retry-After',
}

/** Values in the order they came, each waited for. */
function createQueue<T>() {
  const values: T[] = []
  const takers: ((value: T) => void)[] = []

  return {
    values,
    push(value: T) {
      const take = takers.shift()
      if (take) take(value)
      else values.push(value)
    },
    next: (): Promise<T> =>
      new Promise((resolve) => {
        const value = values.shift()
        if (value === undefined) takers.push(resolve)
        else resolve(value)
      }),
  }
}

let rooms = 0

/** A room of its own for one test. */
export async function openPuppet() {
  const room = `${Date.now()}-${++rooms}`
  const origin = inject('puppetOrigin')
  const control = new WebSocket(`${origin.replace('http', 'ws')}/control/${room}`)
  const requests = createQueue<Arrived>()
  const preflights: Arrived[] = []
  const frames = new Map<number, ReturnType<typeof createQueue<string>>>()
  const ends = new Map<number, () => void>()

  const arrive = (request: Request): Arrived => {
    const queue = createQueue<string>()

    frames.set(request.id, queue)
    const order = (deed: Deed) => control.send(JSON.stringify({ ...deed, id: request.id }))
    const begin: Arrived['begin'] = ({
      status = 200,
      contentType = 'text/event-stream',
      headers = {},
      cors = openCors,
    } = {}) =>
      order({ do: 'head', status, headers: { 'content-type': contentType, ...cors, ...headers } })
    return {
      ...request,
      url: new URL(request.path, origin),
      gone: new Promise((resolve) => ends.set(request.id, resolve)),
      frame: queue.next,
      do: order,
      begin,
      answer(answer = {}) {
        begin(answer)
        if (answer.body) order({ do: 'write', text: answer.body })
        order({ do: 'end' })
      },
    }
  }
  control.onmessage = ({ data }) => {
    const news = JSON.parse(data as string) as PuppetNews
    if (news.kind === 'frame') frames.get(news.id)?.push(news.text)
    else if (news.kind === 'gone') ends.get(news.id)?.()
    else if (news.method === 'OPTIONS') preflights.push(arrive(news))
    else requests.push(arrive(news))
  }
  await new Promise((resolve) => {
    control.onopen = resolve
  })
  onTestFinished(() => control.close())

  const url = `${origin}/room/${room}`
  return {
    url,
    preflights,
    next: requests.next,
    /** Requests that came and that nobody has asked for. */
    left: () => requests.values.length,
    /** A whole exchange: what was under way to the server before it has arrived. */
    async fence() {
      const answered = fetch(`${url}?fence`)
      const before: Arrived[] = []
      let request = await requests.next()
      for (; request.url.search !== '?fence'; request = await requests.next()) before.push(request)
      request.answer()
      requests.values.unshift(...before)
      await (await answered).text()
    },
  }
}

export type Puppet = Awaited<ReturnType<typeof openPuppet>>
