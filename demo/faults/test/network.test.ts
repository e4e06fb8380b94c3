// Faults of the whole network: a closed port, silence, half-open connections.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { requestKinds } from '../index.ts'
import { dial, REQUESTS } from './dial.ts'
import { FIRST, LAST, SECOND } from './origin.ts'
import { watchTimers } from './watch-timers.ts'
import { startWorld } from './world.ts'

describe('refuse', () => {
  test('closes the port, spares what streams, and opens the same port again', async () => {
    const { proxy, origin, dial } = await startWorld()
    const streaming = await dial(REQUESTS.eventsource)
    await streaming.receives(FIRST)

    const { port } = proxy
    for (let round = 0; round < 20; round++) {
      proxy.set({ network: 'refuse' })
      await expect(dial()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
      proxy.set({ network: 'pass' })
      const { socket } = await dial()
      socket.destroy()
    }

    expect(proxy.port).toBe(port)
    await (await origin.answer()).more()
    await streaming.receives(SECOND)
  })

  test('resets the next request on a kept connection', async () => {
    const { proxy, origin, dial } = await startWorld()
    const client = await dial(REQUESTS.longpoll)
    const answer = await origin.answer()
    await answer.more()
    answer.end()
    await client.receives(LAST)
    proxy.set({ network: 'refuse' })
    client.socket.write(REQUESTS.longpoll)
    expect(await client.ended).toBe('reset')
    expect(origin.answers).toHaveLength(1)
  })

  test('opens again as soon as another process releases the port', async () => {
    const { proxy } = await startWorld({ network: 'refuse' })
    const squatter = createServer().listen(proxy.port, '127.0.0.1')
    await once(squatter, 'listening')
    proxy.set({ network: 'pass' })
    const visitor = await dial(proxy.port)
    const visited = once(squatter, 'close')
    squatter.close()
    visitor.socket.destroy()
    await visited

    for (;;) {
      const client = await dial(proxy.port, REQUESTS.longpoll).catch(() => null)
      if (client === null) continue
      await client.receives(FIRST)
      client.socket.destroy()
      return
    }
  })
})

test('refuse stays, even if the port could not be opened in between', async () => {
  const { proxy } = await startWorld({ network: 'refuse' })
  const squatter = createServer().listen(proxy.port, '127.0.0.1')
  await once(squatter, 'listening')
  const retry = watchTimers(25)
  proxy.set({ network: 'pass' })
  const visitor = await dial(proxy.port)
  expect(retry()).toBe('pending')
  proxy.set({ network: 'refuse' })
  expect(retry()).toBe('cleared')
  squatter.close()
  visitor.socket.destroy()
})

describe('silent', () => {
  test('accepts and never answers, not even when it is over', async () => {
    const { proxy, origin, dial, sees, fence } = await startWorld()
    const kept = await dial(REQUESTS.longpoll)
    const answer = await origin.answer()
    await answer.more()
    answer.end()
    await kept.receives(LAST)

    proxy.set({ network: 'silent' })
    const before = kept.received
    kept.socket.write(REQUESTS.longpoll)
    const fresh = await dial(REQUESTS.websocket)
    expect(await sees(1)).toMatchObject({ mode: 'hang' })
    expect(await sees(2)).toMatchObject({ mode: 'hang' })

    proxy.set({ network: 'pass' })
    await fence()
    proxy.cut()
    await Promise.all([kept.ended, fresh.ended])
    expect(kept.received).toBe(before)
    expect(fresh.received).toBe('')
    expect(origin.answers).toHaveLength(1)
  })
})

describe('half-open', () => {
  test.each(requestKinds)('%s: no byte and no end goes either way, even after it', async (kind) => {
    const { proxy, origin, dial, fence } = await startWorld()
    const client = await dial(REQUESTS[kind])
    await client.receives(FIRST)
    const before = client.received
    const answer = await origin.answer()
    let gone = false
    void answer.gone.then(() => {
      gone = true
    })

    proxy.set({ network: 'half-open' })
    await answer.more()
    client.socket.write('is anybody there?')
    proxy.set({ network: 'pass' })
    await answer.more()
    await fence()
    expect(proxy.connections[kind]).toBe(1)

    client.socket.end()
    await client.ended
    await fence()
    expect(proxy.connections[kind]).toBe(0)
    expect(client.received).toBe(before)
    expect(gone).toBe(false)
    proxy.cut()
    await answer.gone
  })

  test('a cut that was due does not come', async () => {
    const cut = watchTimers(50_000)
    const { proxy, dial } = await startWorld({ websocket: 'cut-after-open', cutAfterMs: 50_000 })
    const client = await dial(REQUESTS.websocket)
    await client.receives(FIRST)
    expect(cut()).toBe('pending')
    proxy.set({ network: 'half-open' })
    expect(cut()).toBe('cleared')
  })

  test('the server ends, and the client does not see it', async () => {
    const { proxy, origin, dial, fence } = await startWorld()
    const client = await dial(REQUESTS.eventsource)
    await client.receives(FIRST)
    const answer = await origin.answer()

    proxy.set({ network: 'half-open' })
    answer.end()
    for (const socket of origin.sockets) socket.destroy()
    await answer.gone

    proxy.set({ network: 'pass' })
    await fence()
    expect(client.received).not.toContain(LAST)
    expect(proxy.connections.eventsource).toBe(1)
    proxy.cut()
    expect(await client.ended).toBe('reset')
  })

  test('new connections are accepted and silent, and dead when it is over', async () => {
    const { proxy, origin, dial, sees, fence } = await startWorld({ network: 'half-open' })
    const client = await dial(REQUESTS.post)
    expect(await sees()).toMatchObject({ mode: 'hang' })
    proxy.set({ network: 'pass' })
    await fence()
    expect(client.received).toBe('')
    expect(origin.answers).toHaveLength(0)
  })
})
