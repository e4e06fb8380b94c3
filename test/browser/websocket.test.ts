// What the real WebSocket does with messages, with a backlog and with binary frames, and where a policy forbids it.
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  connect,
  type Environment,
  eventsource,
  longpoll,
  type Transport,
  websocket,
} from '../../src/index.ts'
import { hello } from '../support/dialogue.ts'
import { openPuppet } from './support/puppet.ts'
import { openTransport } from './support/rungs.ts'

async function open() {
  const puppet = await openPuppet()
  const { sink, connection } = openTransport(websocket, puppet.url)
  const peer = await puppet.next()
  peer.do({ do: 'accept' })
  await sink.until('opened')
  return { puppet, sink, connection, peer }
}

const texts = (count: number, size: number) =>
  Array.from({ length: count }, (_, index) => `${index}:${'x'.repeat(size)}`)

describe('a WebSocket', () => {
  test('sends messages in order, each once, a frame for each', async () => {
    const { connection, peer } = await open()
    const messages = texts(120, 10)
    for (const message of messages) expect(connection.send?.(message)).toBe(true)
    const received: string[] = []
    while (received.length < messages.length) received.push(await peer.frame())
    expect(received).toEqual(messages)
  })

  test('takes no more than there is room for, and says when there is room again', async () => {
    const { sink, connection, peer } = await open()
    const messages = texts(30, 60_000)
    let next = 0
    let refused = 0
    const pump = () => {
      while (next < messages.length && connection.send?.(messages[next] ?? '')) next++
      if (next < messages.length) refused++
    }
    sink.when('drained', pump)
    pump()

    const received: string[] = []
    while (received.length < messages.length) received.push(await peer.frame())
    expect(received).toEqual(messages)
    expect(refused).toBeGreaterThan(0)
  })

  test('takes nothing before it is open, nor after its end', async () => {
    const puppet = await openPuppet()
    const { sink, connection } = openTransport(websocket, puppet.url)
    expect(connection.send?.('early')).toBe(false)
    const peer = await puppet.next()
    peer.do({ do: 'accept' })
    await sink.until('opened')
    peer.do({ do: 'close', code: 4000 })
    await sink.until('closed')
    expect(connection.send?.('late')).toBe(false)
  })

  test('goes on after a binary frame, which can not be read', async () => {
    const { sink, peer } = await open()
    peer.do({ do: 'frame', text: 'bytes', binary: true })
    peer.do({ do: 'frame', text: 'text' })
    await sink.until('text')
    expect(sink.log).toEqual([
      ['opened'],
      ['unreadable', 'a binary frame'],
      ['text', 'text', undefined],
    ])
  })
})

/** A message to itself comes after all that the page was about to be told. */
function nextTurn(): Promise<unknown> {
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    port1.onmessage = resolve
    port2.postMessage(null)
  })
}

describe('a content security policy that forbids connections', () => {
  /** The window of a document of this origin under such a policy. */
  async function openPolicedWindow(): Promise<Window & typeof globalThis> {
    const frame = document.createElement('iframe')
    frame.srcdoc = `<meta http-equiv="Content-Security-Policy" content="connect-src 'none'">`
    const loaded = new Promise((resolve) => {
      frame.onload = resolve
    })
    document.body.append(frame)
    onTestFinished(() => frame.remove())
    await loaded
    const policed = frame.contentDocument?.defaultView
    if (!policed) throw new Error('The frame has no window')
    return policed
  }

  /** That window's constructors, and its events. */
  const environmentOf = (policed: Window & typeof globalThis): Partial<Environment> => ({
    WebSocket: policed.WebSocket,
    EventSource: policed.EventSource,
    addEventListener: policed.addEventListener.bind(policed),
    removeEventListener: policed.removeEventListener.bind(policed),
  })

  /** A wire of the page whose WebSocket and EventSource are that window's. */
  async function connectPoliced(transports: readonly Transport[]) {
    const policed = await openPolicedWindow()
    const puppet = await openPuppet()
    const warnings: string[] = []
    const wire = connect(puppet.url, {
      transports,
      storage: null,
      environment: {
        ...environmentOf(policed),
        console: { warn: (text: string) => void warnings.push(text) },
      },
    })
    onTestFinished(() => wire.close())
    const error = new Promise((resolve) => wire.connection.once('change', resolve))
    return { puppet, warnings, wire, error }
  }

  test('has Chromium make a WebSocket that was never open, and never says that it is closed', async () => {
    const policed = await openPolicedWindow()
    const socket = new policed.WebSocket('ws://127.0.0.1:9')
    const closed = vi.fn()
    socket.onclose = closed
    expect(socket.readyState).toBe(WebSocket.CLOSED)
    await new Promise((resolve) => {
      socket.onerror = resolve
    })
    await nextTurn()
    expect(closed).not.toHaveBeenCalled()
  })

  test('ends a WebSocket at once as blocked, and the console names the policy', async () => {
    const { wire, warnings, error } = await connectPoliced([websocket])
    await error
    expect(wire.connection.attempts).toMatchObject([
      { transport: 'websocket', outcome: 'ended', reason: 'blocked' },
    ])
    await vi.waitUntil(() => warnings.some((text) => text.includes('connect-src')))
  })

  test('is no reason to wait: the next transport is asked at once', async () => {
    const { puppet, wire } = await connectPoliced([websocket, longpoll])
    ;(await puppet.next()).answer({ body: hello('e-0') })
    await vi.waitUntil(() => wire.connection.transport === 'longpoll')
    const [blocked, polled] = wire.connection.attempts
    expect(blocked).toMatchObject({ transport: 'websocket', reason: 'blocked' })
    expect((polled?.at ?? 0) - (blocked?.at ?? 0)).toBeLessThan(500)
  })

  test('refuses an EventSource', async () => {
    const { wire, error } = await connectPoliced([eventsource])
    await error
    await vi.waitUntil(() => wire.connection.attempts[0]?.outcome === 'ended')
    expect(wire.connection.attempts).toMatchObject([
      { transport: 'eventsource', reason: 'refused' },
    ])
  })
})
