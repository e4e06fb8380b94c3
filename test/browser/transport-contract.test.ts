// What every transport owes its sink, against a real server: one suite for all transports.
import { describe, expect, inject, test } from 'vitest'
import { openPuppet } from './support/puppet.ts'
import { heard, hears, openTransport, type Rung, resetAll, rungs } from './support/rungs.ts'

const block = (number: number) => `id: e-${number}\nevent: n\ndata: ${number}\n\n`
const event = (number: number) => ({ id: `e-${number}`, type: 'n', data: `${number}` })

const open = async ({ transport, serve }: Rung) => {
  const puppet = await openPuppet()
  const opened = openTransport(transport, puppet.url)
  const peer = await serve(puppet)
  return { puppet, peer, ...opened }
}

describe.each(rungs)('$transport.name', (rung) => {
  test('is opened once, before it brings anything, and brings all in order', async () => {
    const { peer, sink } = await open(rung)
    await peer.say(block(1))
    await peer.say(block(2) + block(3))
    await peer.say(block(4))
    await hears(sink, 4)
    expect(heard(sink)).toEqual([1, 2, 3, 4].map(event))
    expect(sink.log[0]).toEqual(['opened'])
    expect(sink.told('opened')).toHaveLength(1)
    expect(sink.told('closed')).toEqual([])
  })

  test('brings text of any language, and large, unharmed', async () => {
    const { peer, sink } = await open(rung)
    const data = `\u{1F600}é\u4e2d ${'x'.repeat(200_000)}`
    await peer.say(`id: e-1\nevent: n\ndata: ${data}\n\n`)
    await hears(sink, 1)
    expect(heard(sink)).toEqual([{ id: 'e-1', type: 'n', data }])
  })

  test('tells once that the server ended it', async () => {
    const { peer, sink } = await open(rung)
    await peer.say(block(1))
    await hears(sink, 1)
    await peer.end()
    await sink.until('closed')
    expect(sink.told('closed')).toMatchObject([['closed', rung.ended]])
  })

  test('tells once that the network was cut', async () => {
    const { peer, sink } = await open(rung)
    await peer.say(block(1))
    await hears(sink, 1)
    peer.reset()
    expect(await sink.until('closed')).toMatchObject(['closed', { reason: 'network' }])
    expect(sink.told('closed')).toHaveLength(1)
  })

  test('tells once that it was refused', async () => {
    const { sink } = openTransport(rung.transport, `${inject('deadOrigin')}/live`)
    expect(await sink.until('closed')).toMatchObject(['closed', { reason: 'network' }])
    expect(sink.log).toHaveLength(1)
  })

  test('tells once that the server hung up on its request', async () => {
    const puppet = await openPuppet()
    const { sink, connection } = openTransport(rung.transport, puppet.url)
    sink.when('closed', () => connection.close())
    resetAll(puppet)
    await sink.until('closed')
    expect(sink.log).toMatchObject([['closed', { reason: 'network' }]])
  })

  test('tells nothing after close(), which may be called again', async () => {
    const { peer, sink, connection, puppet } = await open(rung)
    await peer.say(block(1))
    await hears(sink, 1)
    const before = sink.log.length
    connection.close()
    connection.close()
    await puppet.fence()
    expect(sink.log).toHaveLength(before)
  })

  test('is gone on the server after close()', async () => {
    const { peer, sink, connection } = await open(rung)
    if (rung.transport.name === 'longpoll') connection.close()
    else {
      await sink.until('opened')
      connection.close()
    }
    await peer.first.gone
    expect(sink.told('closed')).toEqual([])
  })

  test('closed before it was open tells nothing', async () => {
    const puppet = await openPuppet()
    const { sink, connection } = openTransport(rung.transport, puppet.url)
    connection.close()
    await puppet.fence()
    expect(sink.log).toEqual([])
  })

  test('closed from within an event brings no other', async () => {
    const { peer, sink, connection, puppet } = await open(rung)
    const name = rung.transport.name === 'eventsource' ? 'event' : 'text'
    sink.when(name, () => connection.close())
    peer.say(block(1))
    if (rung.transport.name !== 'longpoll') peer.say(block(2))
    await sink.until(name)
    if (rung.transport.name !== 'longpoll') peer.say(block(3))
    await puppet.fence()
    expect(sink.told(name)).toHaveLength(1) // two blocks may come as one text
    expect(heard(sink)[0]).toEqual(event(1))
    expect(sink.told('closed')).toEqual([])
  })

  test('takes messages only where it is duplex', async () => {
    const { connection } = await open(rung)
    expect(connection.send !== undefined).toBe(rung.transport.duplex === true)
  })

  test('asks without a header that needs a preflight', async () => {
    const { peer, puppet } = await open(rung)
    await peer.say(block(1))
    await puppet.fence()
    expect(puppet.preflights).toEqual([])
    const own = Object.keys(peer.first.headers).filter((name) =>
      /^(x-|last-event-id|authorization)/.test(name),
    )
    expect(own).toEqual([])
  })

  test('does not come back by itself', async () => {
    const { peer, sink, connection, puppet } = await open(rung)
    sink.when('closed', () => connection.close())
    // An EventSource left to itself would be back at once.
    await peer.say(`retry: 1\n${block(1)}`)
    await hears(sink, 1)
    await peer.end()
    await sink.until('closed')
    for (let count = 0; count < 5; count++) await puppet.fence()
    expect(puppet.left()).toBe(0)
  })
})
