// How connections end: by a cut, by either side, and with the proxy.
import { describe, expect, test } from 'vitest'
import { createFaultProxy, faultPresets, requestKinds } from '../index.ts'
import { dial, REQUESTS } from './dial.ts'
import { FIRST, LAST, SECOND } from './origin.ts'
import { echoAfterHandshake, startScripted } from './scripted.ts'
import { watchTimers } from './watch-timers.ts'
import { startWorld } from './world.ts'

describe('cut', () => {
  test('resets all connections on both sides, whatever they do', async () => {
    const { proxy, origin, dial, counts, sees } = await startWorld({ longpoll: 'hang' })
    const clients = await Promise.all(Object.values(REQUESTS).map((request) => dial(request)))
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
    await Promise.all(streaming.map(({ receives }) => receives(FIRST)))

    proxy.cut()
    for (const client of clients) expect(await client.ended).toBe('reset')
    await Promise.all(answers.map(({ gone }) => gone))
    await counts((now) => Object.values(now).every((number) => number === 0))
  })

  test.each(requestKinds)('spares what does not carry %s', async (kind) => {
    const { proxy, dial, counts, origin } = await startWorld()
    const clients = new Map<string, Awaited<ReturnType<typeof dial>>>()
    for (const each of requestKinds) {
      const client = await dial(REQUESTS[each])
      await client.receives(FIRST)
      clients.set(each, client)
    }

    proxy.cut({ kind })
    expect(await clients.get(kind)?.ended).toBe('reset')
    await counts((now) => now[kind] === 0)
    for (const answer of origin.answers) await answer.more()
    for (const each of requestKinds) {
      if (each !== kind) await clients.get(each)?.receives(SECOND)
    }
  })

  test('leaves the proxy as it was', async () => {
    const { proxy, dial } = await startWorld({ latencyMs: 1 })
    proxy.cut()
    expect(proxy.state.latencyMs).toBe(1)
    const client = await dial(REQUESTS.websocket)
    await client.receives(FIRST)
  })
})

describe('ends are passed on', () => {
  test('the client ends, and the server sees it', async () => {
    const { origin, dial } = await startWorld()
    for (const [index, kind] of requestKinds.entries()) {
      const client = await dial(REQUESTS[kind])
      await client.receives(FIRST)
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
    const client = await dial(proxy.port, REQUESTS.websocket)
    await client.receives('\r\n\r\n')
    client.socket.resetAndDestroy()
    expect(await failed).toMatchObject({ code: 'ECONNRESET' })
  })

  test('the server dies: the client is reset', async () => {
    const { origin, dial } = await startWorld()
    for (const kind of requestKinds) {
      const client = await dial(REQUESTS[kind])
      await client.receives(FIRST)
      for (const socket of origin.sockets) socket.resetAndDestroy()
      expect(await client.ended).toBe('reset')
    }
  })

  test('an idle connection that the server closes', async () => {
    const { origin, dial, counts } = await startWorld()
    const client = await dial(REQUESTS.longpoll)
    const answer = await origin.answer()
    await answer.more()
    answer.end()
    await client.receives(LAST)
    await counts((now) => now.idle === 1)
    for (const socket of origin.sockets) socket.end()
    expect(await client.ended).toBe('fin')
    client.socket.end()
    await counts((now) => now.idle === 0)
  })

  test('there is no server: the client is reset', async () => {
    const { origin, dial } = await startWorld()
    await origin.close()
    const client = await dial(REQUESTS.longpoll)
    expect(await client.ended).toBe('reset')
  })
})

describe('close', () => {
  test.each(faultPresets.map(({ name }) => name))('leaves no socket, from %s', async (name) => {
    const { proxy, origin, dial } = await startWorld()
    const clients = await Promise.all(Object.values(REQUESTS).map((request) => dial(request)))
    await Promise.all(clients.map(({ receives }) => receives(FIRST)))

    const preset = faultPresets.find((each) => each.name === name)
    proxy.set(preset?.state ?? {})
    if (preset?.state.network !== 'refuse') {
      clients.push(...(await Promise.all(Object.values(REQUESTS).map((request) => dial(request)))))
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
    const client = await dial(REQUESTS.websocket)
    await client.receives(FIRST)

    proxy.set({ latencyMs: 40_000 })
    await dial(REQUESTS.longpoll)
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

test('a listener that was removed is not called', async () => {
  const { proxy, dial, sees, fence } = await startWorld()
  let calls = 0
  const remove = proxy.onRequest(() => {
    calls += 1
  })
  await dial(REQUESTS.longpoll)
  await sees()
  remove()
  await fence()
  expect(calls).toBe(1)
})
