/** The chat's messages, each shown once, though an own message also comes back as an event of the stream. Pure. */

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
  /** Adds an own message that is being sent. @returns its key. */
  sending(from: string, text: string, at: number): number
  /** The same message is sent once more. */
  again(key: number): void
  /** The server acknowledged it: the event with this id is the message. */
  delivered(key: number, id: string): void
  failed(key: number, problem: Problem): void
  /** Removes a message, so that it can be written again. */
  remove(key: number): void
  /** Adds a message of the stream. */
  event(event: ChatEvent): void
}

const MAX_MESSAGES = 200

type Words = Pick<Message, 'from' | 'text'>

function isSame(a: Words, b: Words): boolean {
  return a.from === b.from && a.text === b.text
}

export function createChatLog(): ChatLog {
  let messages: readonly Message[] = []
  // Events that may be an own message whose acknowledgement has not come yet.
  let held: readonly ChatEvent[] = []
  let lastKey = 0

  function add(message: Omit<Message, 'key'>): number {
    messages = [...messages, { ...message, key: ++lastKey }].slice(-MAX_MESSAGES)
    return lastKey
  }

  function change(key: number, update: (message: Message) => Message): void {
    messages = messages.map((message) => (message.key === key ? update(message) : message))
  }

  function settle(key: number, id: string): void {
    change(key, ({ problem: _, ...message }) => ({ ...message, status: 'delivered', id }))
  }

  function show({ id, from, text, at }: ChatEvent): void {
    add({ id, from, text, at, own: false, status: 'delivered' })
  }

  function isClaimed(event: ChatEvent): boolean {
    return messages.some((message) => message.status === 'sending' && isSame(message, event))
  }

  /** Shows the held events that no message in flight can be. */
  function release(): void {
    const free = held.filter((event) => !isClaimed(event))
    held = held.filter(isClaimed)
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
      const echo = message && held.find((event) => isSame(message, event))

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
        (message) => message.problem?.code === 'outcome-unknown' && isSame(message, event),
      )
      if (unsure !== undefined) settle(unsure.key, event.id)
      else if (isClaimed(event)) held = [...held, event]
      else show(event)
    },
  }
}
