// restart(): the same wire goes on from another cursor, as after a gap that a snapshot has closed, or a new login.
import { describe, expect, test } from 'vitest'
import { longpoll, websocket } from '../../../src/index.ts'
import { ack, block, hello, resumed } from '../../support/dialogue.ts'
import { outcomeOf, start, startOpen } from '../../support/fake-wire.ts'

const events = (...numbers: number[]) =>
  numbers.map((number) => block('n', number, `e-${number}`)).join('')

/** Open, with the events 1 to 5 delivered. */
async function openAtFive() {
  const started = await startOpen({}, hello('e-0'))
  started.socket.receive(events(1, 2, 3, 4, 5))
  started.log.length = 0
  return started
}

describe('restart()', () => {
  test('goes on from an older cursor, without a gap: what comes after it is delivered again', async () => {
    const { wire, sockets, told, ids } = await openAtFive()
    wire.connection.restart({ lastEventId: 'e-2' })
    const second = await sockets.next()
    expect(second.url.searchParams.get('last_event_id')).toBe('e-2')
    second.accept(resumed('e-2') + events(3, 4, 5, 6))
    expect(ids()).toEqual(['e-3', 'e-4', 'e-5', 'e-6'])
    expect(told('gap')).toEqual([])
    expect(told('error')).toEqual([])
    expect(told('open')).toMatchObject([{ transport: 'websocket', continuity: 'resumed' }])
    expect(told('transport')).toEqual([])
    expect(wire.connection.lastEventId).toBe('e-6')
  })

  test('goes on from a newer cursor, without a gap', async () => {
    const { wire, sockets, told, ids } = await openAtFive()
    wire.connection.restart({ lastEventId: 'e-9' })
    const second = await sockets.next()
    expect(second.url.searchParams.get('last_event_id')).toBe('e-9')
    second.accept(resumed('e-9') + events(10))
    expect(ids()).toEqual(['e-10'])
    expect(told('gap')).toEqual([])
    expect(told('open')).toMatchObject([{ continuity: 'resumed' }])
  })

  test('opens again without a cursor, as after a new login', async () => {
    const { wire, sockets, told } = await openAtFive()
    wire.connection.restart()
    ;(await sockets.next()).accept(resumed('e-5'))
    expect(told('open')).toHaveLength(1)
    expect(told('gap')).toEqual([])
    expect(wire.connection.state).toBe('open')
  })

  test('keeps back what belongs before it', async () => {
    const { wire, socket, sockets, ids } = await openAtFive()
    wire.connection.restart({ lastEventId: 'e-9' })
    socket.receive(events(6, 7))
    const second = await sockets.next()
    socket.receive(events(8))
    second.accept(resumed('e-9') + events(10))
    expect(ids()).toEqual(['e-10'])
    expect(socket.closed).toBe(true)
  })

  test('sends again what is not acknowledged, in order', async () => {
    const { wire, socket, sockets } = await openAtFive()
    const sent = wire.send('chat', 1)
    wire.connection.restart({ lastEventId: 'e-2' })
    const later = wire.send('chat', 2)
    const second = await sockets.next()
    second.accept(resumed('e-2'))
    expect(socket.sent).toHaveLength(1)
    expect(second.sent.join('').match(/^id: \d/gm)).toEqual(['id: 1', 'id: 2'])
    second.receive(ack(1, { reply: 'one' }) + ack(2, { reply: 'two' }))
    expect([await outcomeOf(sent), await outcomeOf(later)]).toEqual([
      { value: 'one' },
      { value: 'two' },
    ])
    const clientId = socket.url.searchParams.get('client_id')
    expect(second.url.searchParams.get('client_id')).toBe(clientId)
  })

  test('is a gap after all where the server no longer has that cursor', async () => {
    const { wire, sockets, told } = await openAtFive()
    wire.connection.restart({ lastEventId: 'e-2' })
    ;(await sockets.next()).accept(hello('e-4', { continuity: 'gap' }))
    expect(told('open')).toMatchObject([{ continuity: 'gap' }])
    expect(told('gap')).toEqual([{ reason: 'expired', from: 'e-2', to: 'e-4' }])
  })

  test('within a listener of gap is how a wire survives one', async () => {
    const { wire, socket, sockets, advance, told, ids } = await openAtFive()
    wire.connection.on('gap', () => wire.connection.restart({ lastEventId: 'snapshot-1' }))
    socket.end()
    await advance(1000)
    ;(await sockets.next()).accept(hello('e-90', { continuity: 'gap' }) + events(91))
    const third = await sockets.next()
    expect(third.url.searchParams.get('last_event_id')).toBe('snapshot-1')
    third.accept(resumed('snapshot-1') + events(91, 92))
    expect(ids()).toEqual(['e-91', 'e-92'])
    expect(told('gap')).toHaveLength(1)
  })

  test('keeps listeners, which an event of the new connection reaches once', async () => {
    const { wire, sockets, told } = await openAtFive()
    wire.connection.restart({ lastEventId: 'e-2' })
    wire.connection.restart({ lastEventId: 'e-3' })
    while (await sockets.left()) (await sockets.next()).accept(resumed('e-3') + events(4))
    expect(told('event').map(({ id }) => id)).toEqual(['e-4'])
  })

  test('ends a wait', async () => {
    const { wire, socket, sockets } = await openAtFive()
    socket.end()
    wire.connection.restart({ lastEventId: 'e-2' })
    const second = await sockets.next()
    expect(second.url.searchParams.get('last_event_id')).toBe('e-2')
  })

  test('begins a race anew that asked from elsewhere', async () => {
    const { wire, sockets, ids } = start({ transports: [websocket], lastEventId: 'e-5' })
    const first = await sockets.next()
    wire.connection.restart({ lastEventId: 'e-2' })
    const second = await sockets.next()
    expect(first.closed).toBe(true)
    second.accept(resumed('e-2') + events(3))
    expect(ids()).toEqual(['e-3'])
  })

  test('asks the next poll from there', async () => {
    const { wire, polls, ids, told } = start({ transports: [longpoll] })
    ;(await polls.next()).answer({ body: hello('e-0') + events(1, 2, 3) })
    const held = await polls.next()
    wire.connection.restart({ lastEventId: 'e-1' })
    const next = await polls.next()
    expect(held.aborted).toBe(true)
    expect(next.url.searchParams.get('last_event_id')).toBe('e-1')
    next.answer({ body: resumed('e-1') + events(2, 3) })
    await polls.next()
    expect(ids()).toEqual(['e-1', 'e-2', 'e-3', 'e-2', 'e-3'])
    expect(told('gap')).toEqual([])
  })

  test('does nothing after the end', async () => {
    const { wire, sockets, alive, log } = await openAtFive()
    wire.close()
    log.length = 0
    wire.connection.restart({ lastEventId: 'e-2' })
    expect(await sockets.left()).toBe(0)
    expect(log).toEqual([])
    expect(alive()).toEqual([])
  })
})
