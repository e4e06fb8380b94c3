// The emitter under both faces of a wire: order, changes during an event, listeners that throw.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createEmitter } from '../../src/emitter.ts'
import { createFakeEnvironment } from '../support/fake-environment.ts'

function setUp() {
  const { environment, reported } = createFakeEnvironment()
  const firsts: string[] = []
  const { methods, ...rest } = createEmitter(environment, (type) => firsts.push(type))
  const emitter = { ...rest, ...methods }
  const got: unknown[] = []
  /** A listener that writes down its name and what it was given. */
  const listener =
    (name: string) =>
    (...args: unknown[]) =>
      void got.push([name, ...args])
  return { emitter, reported, firsts, got, listener }
}

describe('an event', () => {
  test('goes to the listeners of its type, in order, with all it brings', () => {
    const { emitter, got, listener } = setUp()
    emitter.on('a', listener('one'))
    emitter.on('b', listener('other'))
    emitter.on('a', listener('two'))
    emitter.emit('a', 1, 'x')
    emitter.emit('c', 2)
    expect(got).toEqual([
      ['one', 1, 'x'],
      ['two', 1, 'x'],
    ])
  })

  test('goes twice to a listener that was added twice, until off() takes both', () => {
    const { emitter, got, listener } = setUp()
    const one = listener('one')
    emitter.on('a', one)
    emitter.on('a', one)
    emitter.emit('a')
    expect(got).toHaveLength(2)
    emitter.off('a', one)
    emitter.emit('a')
    expect(got).toHaveLength(2)
  })

  test('goes to those that were there when it began, without those unbound meanwhile', () => {
    const { emitter, got, listener } = setUp()
    emitter.on('a', () => {
      emitter.on('a', listener('added'))
      offSecond()
    })
    const offSecond = emitter.on('a', listener('second'))
    emitter.on('a', listener('third'))
    emitter.emit('a')
    expect(got).toEqual([['third']])
    emitter.emit('a')
    expect(got).toEqual([['third'], ['third'], ['added']])
  })

  test('may be emitted within another', () => {
    const { emitter, got, listener } = setUp()
    emitter.once('a', () => emitter.emit('a', 'inner'))
    emitter.on('a', listener('one'))
    emitter.emit('a', 'outer')
    expect(got).toEqual([
      ['one', 'inner'],
      ['one', 'outer'],
    ])
  })
})

describe('a listener', () => {
  test.each(['once', 'on'] as const)('bound once by %s gets one event, also of itself', (how) => {
    const { emitter, got } = setUp()
    const act = () => {
      got.push('one')
      emitter.emit('a')
    }
    if (how === 'once') emitter.once('a', act)
    else emitter.on('a', act, { once: true })
    emitter.emit('a')
    emitter.emit('a')
    expect(got).toEqual(['one'])
    expect(emitter.has('a')).toBe(false)
  })

  test('bound once is unbound by off()', () => {
    const { emitter, got, listener } = setUp()
    const one = listener('one')
    emitter.once('a', one)
    emitter.off('a', one)
    emitter.emit('a')
    expect(got).toEqual([])
  })

  test('is unbound by its signal, which it then lets go of', () => {
    const { emitter, got, listener } = setUp()
    const abort = new AbortController()
    emitter.on('a', listener('one'), { signal: abort.signal })
    emitter.once('a', listener('two'), { signal: abort.signal })
    abort.abort()
    emitter.emit('a')
    expect(got).toEqual([])
    expect(emitter.has('a')).toBe(false)
  })

  test('with a signal that was aborted before is not bound at all', () => {
    const { emitter, got, listener, firsts } = setUp()
    const off = emitter.on('a', listener('one'), { signal: AbortSignal.abort() })
    off()
    emitter.emit('a')
    expect(got).toEqual([])
    expect(firsts).toEqual([])
  })

  test.each(['off', 'once', 'unbind'])('lets go of its signal when it is unbound by %s', (how) => {
    const { emitter, listener } = setUp()
    const { signal } = new AbortController()
    let bound = 0
    const { addEventListener, removeEventListener } = signal

    Object.assign(signal, {
      addEventListener: (...args: Parameters<typeof addEventListener>) => {
        bound++
        addEventListener.apply(signal, args)
      },
      removeEventListener: (...args: Parameters<typeof removeEventListener>) => {
        bound--
        removeEventListener.apply(signal, args)
      },
    })
    const one = listener('one')
    const unbind = emitter.on('a', one, { signal, once: how === 'once' })
    expect(bound).toBe(1)

    if (how === 'off') emitter.off('a', one)
    if (how === 'once') emitter.emit('a')
    if (how === 'unbind') unbind()
    expect(bound).toBe(0)
  })

  test('that throws is reported, and the others get the event', () => {
    const { emitter, got, listener, reported } = setUp()
    const mistake = new Error('in a listener')
    emitter.on('a', () => {
      throw mistake
    })
    emitter.on('a', listener('one'))
    emitter.emit('a')
    expect(got).toEqual([['one']])
    expect(reported).toEqual([mistake])
  })

  test('that throws harms nothing where errors can not be reported', () => {
    const { environment } = createFakeEnvironment({ without: ['reportError'] })
    const emitter = createEmitter(environment)
    emitter.methods.on('a', () => {
      throw new Error('no')
    })
    expect(() => emitter.emit('a')).not.toThrow()
  })
})

describe('types', () => {
  test('are told when they get their first listener, once', () => {
    const { emitter, firsts, listener } = setUp()
    const off = emitter.on('a', listener('one'))
    emitter.on('a', listener('two'))
    emitter.on('b', listener('three'))
    off()
    emitter.on('a', listener('four'))
    expect(firsts).toEqual(['a', 'b'])
    expect([...emitter.types()]).toEqual(['a', 'b'])
  })

  test('may be names of every object', () => {
    const { emitter, got, listener } = setUp()
    for (const type of ['__proto__', 'constructor', 'toString']) {
      expect(emitter.has(type)).toBe(false)
      emitter.on(type, listener(type))
      emitter.emit(type)
    }
    expect(got).toEqual([['__proto__'], ['constructor'], ['toString']])
  })
})

test('whatever is bound and unbound, exactly what is bound hears', () => {
  const act = fc.tuple(
    fc.constantFrom('on', 'once', 'off', 'emit'),
    fc.constantFrom('a', 'b'),
    fc.nat(3),
  )

  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
      const { emitter } = setUp()
      const heard: number[] = []
      const listeners = [0, 1, 2, 3].map((number) => () => void heard.push(number))
      let bound: { type: string; number: number; once: boolean }[] = []

      for (const [name, type, number] of acts) {
        const listener = listeners[number] ?? (() => {})
        if (name === 'on') emitter.on(type, listener)
        if (name === 'once') emitter.once(type, listener)
        if (name === 'on' || name === 'once') bound.push({ type, number, once: name === 'once' })
        if (name === 'off') {
          emitter.off(type, listener)
          bound = bound.filter((one) => one.type !== type || one.number !== number)
        }
        if (name === 'emit') {
          heard.length = 0
          emitter.emit(type)
          expect(heard).toEqual(bound.filter((one) => one.type === type).map((one) => one.number))
          bound = bound.filter((one) => one.type !== type || !one.once)
        }
        expect(emitter.has(type)).toBe(bound.some((one) => one.type === type))
      }
    }),
  )
})
