/** The chat between open tabs: each own message is shown as sending, delivered or failed. */
import { SteadywireError } from 'steadywire'
import { type ChatLog, createChatLog, type Message, type Problem } from './chat-log.ts'
import { byId, element, icon } from './dom.ts'
import { formatClock, formatNumber } from './format.ts'
import type { Session } from './wire.ts'

/** A message that failed with one of these codes must be changed before it can succeed. */
const NEEDS_CHANGE = new Set(['refused', 'too-large', 'bad-event', 'codec'])
/** Upper bound of the characters shown of one message. */
const MAX_SHOWN = 400
const STATUS_WORDS = { sending: 'Sending', delivered: 'Delivered', failed: 'Failed' } as const

function toProblem(error: unknown): Problem {
  if (error instanceof SteadywireError) return { code: error.code, message: error.message }
  return { code: 'unknown', message: String(error) }
}

interface Actions {
  again(message: Message): void
  edit(message: Message): void
}

function createStatus(message: Message, { again, edit }: Actions): HTMLElement {
  const { status, problem } = message
  const line = element(
    'p',
    { className: `delivery ${status}` },
    icon(status),
    element('span', { textContent: problem ? `Failed: ${problem.message}` : STATUS_WORDS[status] }),
  )
  if (problem === undefined) return line

  const change = NEEDS_CHANGE.has(problem.code)
  const button = element('button', { type: 'button', textContent: change ? 'Edit' : 'Retry' })
  button.addEventListener('click', () => (change ? edit(message) : again(message)))
  line.append(button)
  return line
}

/** @returns the beginning of a long text. */
function shorten(text: string): string {
  if (text.length <= MAX_SHOWN) return text
  return `${text.slice(0, MAX_SHOWN)}… (${formatNumber(text.length)} characters)`
}

function createItem(message: Message, actions: Actions): HTMLLIElement {
  const { from, text, at, own } = message
  const time = element('time', {
    dateTime: new Date(at).toISOString(),
    textContent: formatClock(at),
  })

  return element(
    'li',
    { className: own ? 'own' : 'other' },
    element('p', { className: 'who' }, element('b', { textContent: from }), ' ', time),
    element('p', { className: 'text', textContent: shorten(text) }),
    ...(own ? [createStatus(message, actions)] : []),
  )
}

/** @returns a function that brings the list up to date; it replaces only the items whose message has changed. */
function createView(log: ChatLog, actions: Actions): () => void {
  const box = byId('messages', HTMLElement)
  const list = byId('message-list', HTMLOListElement)
  const empty = byId('no-messages', HTMLElement)
  const shown = new Map<number, { readonly message: Message; readonly item: HTMLLIElement }>()

  function removeGone(): void {
    const keys = new Set(log.messages.map(({ key }) => key))
    for (const [key, { item }] of shown) {
      if (keys.has(key)) continue
      item.remove()
      shown.delete(key)
    }
  }

  function write(message: Message): void {
    const before = shown.get(message.key)
    if (before?.message === message) return

    const item = createItem(message, actions)
    if (before === undefined) list.append(item)
    else before.item.replaceWith(item)
    shown.set(message.key, { message, item })
  }

  return () => {
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 8
    removeGone()
    log.messages.forEach(write)

    empty.hidden = shown.size > 0
    if (atEnd) box.scrollTop = box.scrollHeight
  }
}

export function createChat(session: Session): void {
  const name = byId('chat-name', HTMLInputElement)
  const input = byId('chat-text', HTMLInputElement)
  const log = createChatLog()

  async function deliver(key: number, from: string, text: string): Promise<void> {
    show()
    try {
      const { id } = await session.wire.send('chat', { from, text })
      log.delivered(key, id)
    } catch (error) {
      log.failed(key, toProblem(error))
    }
    show()
  }

  const show = createView(log, {
    again({ key, from, text }) {
      log.again(key)
      input.focus()
      void deliver(key, from, text)
    },
    edit({ key, text }) {
      log.remove(key)
      show()
      input.value = text
      input.focus()
    },
  })

  byId('chat-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    const text = input.value
    input.value = ''
    void deliver(log.sending(name.value, text, Date.now()), name.value, text)
  })
  session.watch((wire) => {
    wire.on('chat', (line, { id }) => {
      log.event({ id, ...line })
      show()
    })
  })
  name.value = `Guest ${100 + Math.floor(Math.random() * 900)}`
  show()
}
