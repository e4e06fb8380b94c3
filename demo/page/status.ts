/** The connection's state, transport, continuity and cursor, as icons and words, and its two buttons. */
import type { CloseInfo, ConnectionEvents, Continuity, StateName } from 'steadywire'
import { byId, icon, painter, setText } from './dom.ts'
import { formatDuration, formatTransport } from './format.ts'
import type { DemoWire, Session } from './wire.ts'

const STATE_WORDS: Readonly<Record<StateName, string>> = {
  connecting: 'Connecting',
  open: 'Open',
  waiting: 'Waiting',
  suspended: 'Suspended',
  closed: 'Closed',
}

const CONTINUITY_WORDS: Readonly<Record<Continuity, string>> = {
  fresh: 'Fresh, from the head',
  resumed: 'Resumed, nothing missed',
  gap: 'Gap, events may be missing',
  unknown: 'Unknown, the server does not say',
}

const CLOSE_WORDS: Readonly<Record<CloseInfo['reason'], string>> = {
  closed: 'by this page',
  aborted: 'by its signal',
  final: 'by the server, permanently',
  failed: 'after a permanent failure',
}

/** The cursor changes with every tick, faster than a person can read. */
const PAINT_MS = 100

interface Facts {
  readonly retry?: ConnectionEvents['retry'] & { readonly at: number }
  readonly continuity?: Continuity
  readonly close?: CloseInfo
}

/** Writes an icon and a text, and changes the document only when they differ. */
function write(target: HTMLElement, name: string, text: string): void {
  if (target.dataset.icon !== name) {
    target.dataset.icon = name
    target.replaceChildren(icon(name), document.createElement('span'))
  }
  if (target.lastElementChild) setText(target.lastElementChild, text)
}

function describeState(state: StateName, { retry, close }: Facts): string {
  if (state === 'waiting' && retry !== undefined) {
    const restMs = Math.max(0, retry.at + retry.delayMs - Date.now())
    return `Waiting: attempt ${retry.attempt} in ${formatDuration(restMs)}`
  }
  if (state === 'closed' && close !== undefined) {
    return close.error?.message ?? `Closed ${CLOSE_WORDS[close.reason]}`
  }
  return STATE_WORDS[state]
}

function announce(state: StateName, transport: string | undefined, facts: Facts): string {
  if (state === 'waiting') return 'Waiting to try again'

  const over = transport === undefined ? '' : ` over ${formatTransport(transport)}`
  const how = state === 'open' && facts.continuity ? `, ${facts.continuity}` : ''
  return `${describeState(state, facts)}${over}${how}`
}

export function createStatus(session: Session): void {
  const state = byId('state', HTMLElement)
  const transport = byId('transport', HTMLElement)
  const continuity = byId('continuity', HTMLElement)
  const cursor = byId('cursor', HTMLElement)
  const announcement = byId('announcement', HTMLElement)
  const reconnect = byId('reconnect', HTMLButtonElement)
  const close = byId('close', HTMLButtonElement)
  let facts: Facts = {}

  const paint = painter(() => {
    const { connection } = session.wire
    const { continuity: how } = facts

    write(state, connection.state, describeState(connection.state, facts))
    state.dataset.state = connection.state
    write(
      transport,
      connection.transport ?? 'none',
      connection.transport === undefined ? 'None active' : formatTransport(connection.transport),
    )
    transport.dataset.transport = connection.transport ?? ''
    write(
      continuity,
      how ?? 'none',
      how === undefined ? 'Not connected yet' : CONTINUITY_WORDS[how],
    )

    setText(cursor, connection.lastEventId ?? 'None yet')
    setText(close, connection.state === 'closed' ? 'Connect again' : 'Close')
    reconnect.disabled = connection.state === 'closed'
    if (connection.state === 'waiting') setTimeout(paint, 250)
  }, PAINT_MS)

  function follow(wire: DemoWire): void {
    const { connection } = wire
    facts = {}

    function changed(): void {
      setText(announcement, announce(connection.state, connection.transport, facts))
      paint()
    }

    connection.on('open', (event) => {
      facts = { ...facts, continuity: event.continuity }
      changed()
    })
    connection.on('gap', () => {
      facts = { ...facts, continuity: 'gap' }
      changed()
    })
    connection.on('retry', (event) => {
      facts = { ...facts, retry: { ...event, at: Date.now() } }
      changed()
    })
    connection.on('close', (event) => {
      facts = { ...facts, close: event }
      changed()
    })

    connection.on('state', changed)
    connection.on('transport', changed)
    wire.on('tick', paint)
    wire.on('chat', paint)
    changed()
  }

  reconnect.addEventListener('click', () => session.wire.connection.reconnect())
  close.addEventListener('click', () => {
    if (session.wire.connection.state === 'closed') session.connectAgain()
    else session.wire.close()
  })
  session.watch(follow)
}
