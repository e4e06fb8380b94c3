// A server that keeps a log and numbers of messages as PROTOCOL.md says, at the other end of a fake environment.
import { ack, block, hello, resumed } from './dialogue.ts'
import type { FakeWorld } from './fake-environment.ts'
import type { FakeXhr } from './fake-xhr.ts'

/** One stream to a client that the server believes to be open. */
interface Line {
  readonly say: (text: string) => void
  readonly cut: () => void
  /** The client has let go of it. */
  readonly gone: () => boolean
  /** Half-open: nothing passes any more, either way. */
  deaf: boolean
}

const idOf = (number: number) => `e-${number}`
const numberOf = (id: string) => Number(id.slice(2))
const seqsOf = (text: string) => [...text.matchAll(/^id: (\d+)$/gm)].map(([, seq]) => Number(seq))

export const createModelServer = ({ sockets, sources, polls, posts }: FakeWorld) => {
  let length = 0
  const lines = new Set<Line>()
  const held = new Map<FakeXhr, number>()
  const processed: number[] = []

  const events = (from: number) =>
    Array.from({ length: length - from }, (_, index) =>
      block('n', from + index + 1, idOf(from + index + 1)),
    ).join('')
  const startOf = (url: URL) => {
    const cursor = url.searchParams.get('last_event_id')
    return cursor === null ? length : numberOf(cursor)
  }
  const greet = (url: URL) => {
    const from = startOf(url)
    const fresh = url.searchParams.get('last_event_id') === null
    return (fresh ? hello(idOf(from)) : resumed(idOf(from))) + events(from)
  }
  const take = (text: string) =>
    seqsOf(text)
      .map((seq) => {
        if (seq > (processed.at(-1) ?? 0)) processed.push(seq)
        return ack(seq, { reply: seq })
      })
      .join('')

  const addSocket = (socket: (typeof sockets.all)[number]) => {
    const line: Line = {
      say: (text) => socket.receive(text),
      cut: () => socket.end(),
      gone: () => socket.closed || socket.readyState === 3,
      deaf: false,
    }
    const { send } = socket
    socket.send = (text) => {
      send.call(socket, text)
      if (!line.deaf) queueMicrotask(() => line.gone() || line.deaf || line.say(take(text)))
    }
    lines.add(line)
    socket.accept(greet(socket.url))
  }
  const addSource = (source: (typeof sources.all)[number]) => {
    lines.add({
      say: (text) => source.receive(text),
      cut: () => source.fail(),
      gone: () => source.closed,
      deaf: false,
    })
    source.accept(greet(source.url))
  }
  const answerPoll = (poll: FakeXhr) => {
    if (poll.url.searchParams.has('wait')) return poll.answer({ body: greet(poll.url) })
    const from = startOf(poll.url)
    if (from < length) poll.answer({ body: events(from) })
    else held.set(poll, from)
  }
  const open = () => {
    for (const line of [...lines]) if (line.gone()) lines.delete(line)
    return [...lines]
  }

  return {
    processed,
    ids: () => Array.from({ length }, (_, index) => idOf(index + 1)),
    publish() {
      length++
      for (const line of open()) if (!line.deaf) line.say(block('n', length, idOf(length)))
      for (const [poll, from] of [...held]) {
        held.delete(poll)
        if (!poll.finished) poll.answer({ body: events(from) })
      }
    },
    ping() {
      for (const line of open()) if (!line.deaf) line.say(block('sw:ping', {}, idOf(length)))
      for (const poll of [...held.keys()]) {
        held.delete(poll)
        if (!poll.finished) poll.answer()
      }
    },
    /** Everything that is asked is granted. */
    async accept() {
      while (await sockets.left()) {
        const socket = await sockets.next()
        if (!socket.closed) addSocket(socket)
      }
      while (await sources.left()) {
        const source = await sources.next()
        if (!source.closed) addSource(source)
      }
      while (await polls.left()) {
        const poll = await polls.next()
        if (!poll.finished) answerPoll(poll)
      }
      while (await posts.left()) {
        const post = await posts.next()
        if (!post.finished) post.answer({ body: take(post.body ?? '') })
      }
    },
    /** Everything that is asked is refused; of a POST the server may have taken the messages all the same. */
    async refuse(taken: boolean) {
      while (await sockets.left()) (await sockets.next()).end()
      while (await sources.left()) (await sources.next()).fail()
      while (await polls.left()) (await polls.next()).fail()
      while (await posts.left()) {
        const post = await posts.next()
        if (taken && !post.finished) take(post.body ?? '')
        post.fail()
      }
    },
    cut() {
      for (const line of open()) line.cut()
      for (const poll of [...held.keys()]) {
        held.delete(poll)
        if (!poll.finished) poll.fail()
      }
    },
    deafen() {
      for (const line of open()) line.deaf = true
      held.clear()
    },
  }
}
