/** The chat's messages, each shown once: an own message also comes back as an event of the stream. Pure. */

export interface Problem {
  readonly code: string
  readonly message: string
}

export interface Message {
  readonly key: number
  readonly from: string
  readonly text: string
  readonly at: number
  readonly own: boolean
  readonly status: 'sending' | 'delivered' | 'failed'
  /** The event's id, once known. */
  readonly id?: string
  readonly problem?: Problem
}

export interface ChatEvent {
  readonly id: string
  readonly from: string
  readonly text: string
  readonly at: number
}

export interface ChatLog {
  /** Oldest first. */
  readonly messages: readonly Message[]
  /** An own message sets out; answers its key. */
  sending(from: string, text: string, at: number): number
  /** The same message sets out once more. */
  again(key: number): void
  /** The server acknowledged it: this event is its own. */
  delivered(key: number, id: string): void
  failed(key: number, problem: Problem): void
  /** Takes a message away, to write it anew. */
  remove(key: number): void
  /** The stream brought a message. */
  event(event: ChatEvent): void
}

const MAX_MESSAGES = 200

const same = (a: { from: string; text: string }, b: { from: string; text: string }): boolean =>
  a.from === b.from && a.text === b.text

export function createChatLog(): ChatLog {
  let messages: readonly Message[] = []
  // Events that may be an own message whose acknowledgement is still on its way.
  let held: readonly ChatEvent[] = []
  let lastKey = 0

  function add(message: Omit<Message, 'key'>): number {
    messages = [...messages, { ...message, key: ++lastKey }].slice(-MAX_MESSAGES)
    return lastKey
  }

  function change(key: number, update: (message: Message) => Message): void {
    messages = messages.map((message) => (message.key === key ? update(message) : message))
  }

  const settle = (key: number, id: string): void =>
    change(key, ({ problem: _, ...message }) => ({ ...message, status: 'delivered', id }))

  function show({ id, from, text, at }: ChatEvent): void {
    add({ id, from, text, at, own: false, status: 'delivered' })
  }

  /** Shows the held events that no message on its way can claim any more. */
  function release(): void {
    const waiting = messages.filter((message) => message.status === 'sending')
    const claimed = (event: ChatEvent) => waiting.some((message) => same(message, event))
    const free = held.filter((event) => !claimed(event))
    held = held.filter(claimed)
    free.forEach(show)
  }

  return {
    get messages() {
      return messages
    },
    sending: (from, text, at) => add({ from, text, at, own: true, status: 'sending' }),
    again(key) {
      change(key, ({ problem: _, ...message }) => ({ ...message, status: 'sending' }))
    },
    delivered(key, id) {
      held = held.filter((event) => event.id !== id)
      settle(key, id)
      release()
    },
    failed(key, problem) {
      const message = messages.find((candidate) => candidate.key === key)
      const echo = message && held.find((event) => same(message, event))
      if (problem.code === 'outcome-unknown' && echo !== undefined) {
        held = held.filter((event) => event !== echo)
        settle(key, echo.id)
      } else change(key, (failing) => ({ ...failing, status: 'failed', problem }))
      release()
    },
    remove(key) {
      messages = messages.filter((message) => message.key !== key)
    },
    event(event) {
      if (messages.some((message) => message.own && message.id === event.id)) return
      const unsure = messages.find(
        (message) => message.problem?.code === 'outcome-unknown' && same(message, event),
      )
      if (unsure !== undefined) settle(unsure.key, event.id)
      else if (messages.some((message) => message.status === 'sending' && same(message, event))) {
        held = [...held, event]
      } else show(event)
    },
  }
}
