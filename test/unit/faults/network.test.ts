import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createFaultProxy, faultPresets, requestKinds } from '../../../demo/faults/index.ts'
import { dial, requests } from './dial.ts'
import { first, last, second } from './origin.ts'
import { echoAfterHandshake, startScripted } from './scripted.ts'
import { startWorld } from './world.ts'

/** Tells whether a timer about this long was set (`pending`) and cleared. The last one counts. */
function watchTimers(delayMs: number): () => 'none' | 'pending' | 'cleared' {
  const set = vi.spyOn(globalThis, 'setTimeout')
  const cleared = vi.spyOn(globalThis, 'clearTimeout')
  onTestFinished(() => {
    set.mockRestore()
    cleared.mockRestore()
  })
  return () => {
    const delays = set.mock.calls.map(([, ms = 0]) => ms > delayMs * 0.9 && ms <= delayMs)
    const index = delays.lastIndexOf(true)
    if (index < 0) return 'none'
    const timer = set.mock.results[index]?.value
    return cleared.mock.calls.some(([argument]) => argument === timer) ? 'cleared' : 'pending'
  }
}

describe('refuse', () => {
  test('closes the port, spares what streams, and opens the same port again', async () => {
    const { proxy, origin, dial } = await startWorld()
    const streaming = await dial(requests.eventsource)
    await streaming.receives(first)
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
    await streaming.receives(second)
  })

  test('resets the next request on a kept connection', async () => {
    const { proxy, origin, dial } = await startWorld()
    const client = await dial(requests.longpoll)
    const answer = await origin.answer()
    await answer.more()
    answer.end()
    await client.receives(last)
    proxy.set({ network: 'refuse' })
    client.socket.write(requests.longpoll)
    expect(await client.ended).toBe('reset')
    expect(origin.answers).toHaveLength(1)
  })

  test('opens again as soon as somebody else has let the port go', async () => {
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
      const client = await dial(proxy.port, requests.longpoll).catch(() => null)
      if (client === null) continue
      await client.receives(first)
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
    const kept = await dial(requests.longpoll)
    const answer = await origin.answer()
    await answer.more()
    answer.end()
    await kept.receives(last)
    proxy.set({ network: 'silent' })
    const before = kept.received
    kept.socket.write(requests.longpoll)
    const fresh = await dial(requests.websocket)
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
  test.each(requestKinds)('%s: no byte and no end goes either way, for good', async (kind) => {
    const { proxy, origin, dial, fence } = await startWorld()
    const client = await dial(requests[kind])
    await client.receives(first)
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
    const client = await dial(requests.websocket)
    await client.receives(first)
    expect(cut()).toBe('pending')
    proxy.set({ network: 'half-open' })
    expect(cut()).toBe('cleared')
  })

  test('the server ends, and the client does not hear of it', async () => {
    const { proxy, origin, dial, fence } = await startWorld()
    const client = await dial(requests.eventsource)
    await client.receives(first)
    const answer = await origin.answer()
    proxy.set({ network: 'half-open' })
    answer.end()
    for (const socket of origin.sockets) socket.destroy()
    await answer.gone
    proxy.set({ network: 'pass' })
    await fence()
    expect(client.received).not.toContain(last)
    expect(proxy.connections.eventsource).toBe(1)
    proxy.cut()
    expect(await client.ended).toBe('reset')
  })

  test('new connections are accepted and silent, and dead when it is over', async () => {
    const { proxy, origin, dial, sees, fence } = await startWorld({ network: 'half-open' })
    const client = await dial(requests.post)
    expect(await sees()).toMatchObject({ mode: 'hang' })
    proxy.set({ network: 'pass' })
    await fence()
    expect(client.received).toBe('')
    expect(origin.answers).toHaveLength(0)
  })
})

describe('cut', () => {
  test('resets all connections on both sides, whatever they do', async () => {
    const { proxy, origin, dial, counts, sees } = await startWorld({ longpoll: 'hang' })
    const clients = await Promise.all(Object.values(requests).map((request) => dial(request)))
    clients.push(await dial())
    for (let index = 0; index < 4; index++) await sees(index)
    const answers = await Promise.all([0, 1, 2].map((index) => origin.answer(index)))
    await counts((now) => now.idle === 1)
    expect(proxy.connections).toEqual({
      websocket: 1,
      eventsource: 1,
      longpoll: 1,
      post: 1,
      other: 0,
      idle: 1,
    })
    const streaming = clients.filter((_, index) => index !== 2 && index !== 4)
    await Promise.all(streaming.map(({ receives }) => receives(first)))
    proxy.cut()
    for (const client of clients) expect(await client.ended).toBe('reset')
    await Promise.all(answers.map(({ gone }) => gone))
    await counts((now) => Object.values(now).every((number) => number === 0))
  })

  test.each(requestKinds)('spares what does not carry %s', async (kind) => {
    const { proxy, dial, counts, origin } = await startWorld()
    const clients = new Map<string, Awaited<ReturnType<typeof dial>>>()
    for (const each of requestKinds) {
      const client = await dial(requests[each])
      await client.receives(first)
      clients.set(each, client)
    }
    proxy.cut({ kind })
    expect(await clients.get(kind)?.ended).toBe('reset')
    await counts((now) => now[kind] === 0)
    for (const answer of origin.answers) await answer.more()
    for (const each of requestKinds) {
      if (each !== kind) await clients.get(each)?.receives(second)
    }
  })

  test('leaves the proxy as it was', async () => {
    const { proxy, dial } = await startWorld({ latencyMs: 1 })
    proxy.cut()
    expect(proxy.state.latencyMs).toBe(1)
    const client = await dial(requests.websocket)
    await client.receives(first)
  })
})

describe('ends are passed on', () => {
  test('the client gives up: the server hears of it', async () => {
    const { origin, dial } = await startWorld()
    for (const [index, kind] of requestKinds.entries()) {
      const client = await dial(requests[kind])
      await client.receives(first)
      if (index % 2 === 0) client.socket.resetAndDestroy()
      else client.socket.end()
      await (await origin.answer(index)).gone
    }
  })

  test('the client resets: the server is reset', async () => {
    let settle: (error: Error) => void
    const failed = new Promise<Error>((resolve) => {
      settle = resolve
    })
    const proxy = await startScripted((socket) => {
      echoAfterHandshake(socket)
      socket.on('error', settle)
    })
    const client = await dial(proxy.port, requests.websocket)
    await client.receives('\r\n\r\n')
    client.socket.resetAndDestroy()
    expect(await failed).toMatchObject({ code: 'ECONNRESET' })
  })

  test('the server dies: the client is reset', async () => {
    const { origin, dial } = await startWorld()
    for (const kind of requestKinds) {
      const client = await dial(requests[kind])
      await client.receives(first)
      for (const socket of origin.sockets) socket.resetAndDestroy()
      expect(await client.ended).toBe('reset')
    }
  })

  test('an idle connection that the server closes', async () => {
    const { origin, dial, counts } = await startWorld()
    const client = await dial(requests.longpoll)
    const answer = await origin.answer()
    await answer.more()
    answer.end()
    await client.receives(last)
    await counts((now) => now.idle === 1)
    for (const socket of origin.sockets) socket.end()
    expect(await client.ended).toBe('fin')
    client.socket.end()
    await counts((now) => now.idle === 0)
  })

  test('there is no server: the client is reset', async () => {
    const { origin, dial } = await startWorld()
    await origin.close()
    const client = await dial(requests.longpoll)
    expect(await client.ended).toBe('reset')
  })
})

describe('close', () => {
  test.each(faultPresets.map(({ name }) => name))('leaves no socket, from %s', async (name) => {
    const { proxy, origin, dial } = await startWorld()
    const clients = await Promise.all(Object.values(requests).map((request) => dial(request)))
    await Promise.all(clients.map(({ receives }) => receives(first)))
    const preset = faultPresets.find((each) => each.name === name)
    proxy.set(preset?.state ?? {})
    if (preset?.state.network !== 'refuse') {
      clients.push(...(await Promise.all(Object.values(requests).map((request) => dial(request)))))
    }
    const { gone } = await origin.answer(3)
    await proxy.close()
    expect(Object.values(proxy.connections)).toEqual([0, 0, 0, 0, 0, 0])
    await Promise.all(clients.map(({ ended }) => ended))
    await gone
    await expect(dial()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    proxy.set({ network: 'pass' })
    await expect(dial()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  test('leaves no timer', async () => {
    const cut = watchTimers(50_000)
    const latency = watchTimers(40_000)
    const { proxy, dial, sees } = await startWorld({
      websocket: 'cut-after-open',
      cutAfterMs: 50_000,
    })
    const client = await dial(requests.websocket)
    await client.receives(first)
    proxy.set({ latencyMs: 40_000 })
    await dial(requests.longpoll)
    await sees(1)
    expect([cut(), latency()]).toEqual(['pending', 'pending'])
    await proxy.close()
    expect([cut(), latency()]).toEqual(['cleared', 'cleared'])
  })

  test('may be called twice', async () => {
    const { proxy } = await startWorld()
    await Promise.all([proxy.close(), proxy.close()])
  })
})

test('a port that is taken is an error', async () => {
  const { origin } = await startWorld()
  const options = { targetPort: origin.port, port: origin.port }
  await expect(createFaultProxy(options)).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

test('a listener that was taken off hears nothing', async () => {
  const { proxy, dial, sees, fence } = await startWorld()
  let heard = 0
  const off = proxy.onRequest(() => {
    heard += 1
  })
  await dial(requests.longpoll)
  await sees()
  off()
  await fence()
  expect(heard).toBe(1)
})
