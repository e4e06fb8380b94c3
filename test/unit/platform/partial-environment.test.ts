// An environment that names a part of the page: the rest is the page's own, as it is when it is used.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { connect, type Environment, eventsource, text, websocket } from '../../../src/index.ts'
import { block, hello } from '../../support/dialogue.ts'
import { createFakeEnvironment } from '../../support/fake-environment.ts'

const URL = 'https://live.example/stream'
const METHODS = ['addEventListener', 'removeEventListener', 'setTimeout', 'clearTimeout'] as const

afterEach(() => void vi.unstubAllGlobals())

/** Puts parts of a fake page where a page has them; a method that is called apart from its page throws, as in browsers. */
function stubPage(...names: readonly (keyof Environment)[]) {
  const world = createFakeEnvironment()
  for (const name of names) {
    const part: unknown = world.environment[name]
    if (part instanceof Function && !/^[A-Z]/.test(name)) {
      vi.stubGlobal(name, function (this: unknown, ...args: unknown[]): unknown {
        if (this !== undefined && this !== globalThis) throw new TypeError('Illegal invocation')
        return Reflect.apply(part, undefined, args)
      })
    } else vi.stubGlobal(name, part)
  }
  return world
}

/** The parts of an environment with such names. */
function partOf(environment: Environment, fits: (name: string) => boolean): Partial<Environment> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => fits(name)))
}

describe('what the environment lacks', () => {
  test('is taken from the page: clocks, chance and all', async () => {
    const world = createFakeEnvironment()
    const lacking = ['Date', 'performance', 'Math', 'crypto', 'localStorage', 'reportError']
    const environment = partOf(world.environment, (name) => !lacking.includes(name))
    const { sockets, settle } = world
    const wire = connect(URL, { environment, transports: [websocket] })
    const socket = await sockets.next()
    expect(socket.url.searchParams.get('client_id')).toMatch(/^[\w.~-]{16,128}$/)
    socket.accept(hello())
    await settle()
    expect(wire.connection.state).toBe('open')
    wire.close()
  })

  test('is taken from the page where but one part is given', async () => {
    const world = stubPage(...METHODS, 'WebSocket', 'location', 'document', 'performance')
    const wire = connect('/live', {
      environment: { Math: { random: () => 0 } },
      transports: [websocket],
      codec: text,
    })
    const socket = await world.sockets.next()
    expect(socket.url.href).toContain('wss://page.example/live')
    const got: unknown[] = []
    wire.on('n', (data) => got.push(data))
    socket.accept(hello() + block('n', 'one', 'e-1'))
    expect(got).toEqual(['one'])

    await world.advance(9000)
    socket.end()
    world.page.online()
    await world.advance(0)
    expect(await world.sockets.left()).toBe(1)
    wire.close()
    expect(world.alive()).toEqual([])
  })

  test('is what the page has when it is used, not when the wire was made', async () => {
    const world = stubPage(...METHODS, 'WebSocket', 'performance')
    const wire = connect(URL, {
      environment: { Math: { random: () => 0 } },
      transports: [websocket],
    })
    const first = await world.sockets.next()
    const later = stubPage('WebSocket')
    first.end()
    await world.advance(1000)
    expect(later.sockets.all).toHaveLength(1)
    wire.close()
  })
})

describe('what the environment has', () => {
  test("stands above the page's own", async () => {
    const page = stubPage(...METHODS, 'EventSource', 'performance')
    const { environment, sources } = createFakeEnvironment()
    const part = partOf(environment, (name) => name === 'EventSource')
    const wire = connect(URL, { environment: part, transports: [eventsource] })
    await page.settle()
    expect(sources.all).toHaveLength(1)
    expect(page.sources.all).toEqual([])
    wire.close()
    expect(page.alive()).toEqual([])
  })
})
