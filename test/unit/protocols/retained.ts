// What a function holds on to: the variables of its closure, looked at through the inspector (Chrome DevTools Protocol).
import { type Runtime, Session } from 'node:inspector'

/** Characters in all strings within a value; it runs where the value is. */
function countChars(this: unknown): number {
  const seen = new Set<unknown>()
  const count = (value: unknown): number => {
    if (typeof value === 'string' || value instanceof String) return value.length
    if (typeof value !== 'object' || value === null || seen.has(value)) return 0
    seen.add(value)
    const parts = Symbol.iterator in value ? [...(value as Iterable<unknown>)] : []
    return [...parts, ...Object.values(value)].reduce<number>((sum, one) => sum + count(one), 0)
  }
  return count(this)
}

/** The names and lengths of what the closure of `held` keeps, its own module's variables left out. */
export const retainedChars = (held: (text: string) => unknown): Record<string, number> => {
  const session = new Session()
  session.connect()
  const ask = <T>(method: string, params: object): T => {
    let answer: unknown
    session.post(method, params, (error, result) => {
      if (error) throw error
      answer = result
    })
    return answer as T
  }
  const look = (objectId: string) =>
    ask<Runtime.GetPropertiesReturnType>('Runtime.getProperties', { objectId, ownProperties: true })
  const idOf = (value: Runtime.RemoteObject | undefined): string => {
    if (value?.objectId === undefined) throw new Error('The inspector shows no such object')
    return value.objectId
  }
  try {
    Reflect.set(globalThis, 'heldByTest', held)
    const { result } = ask<Runtime.EvaluateReturnType>('Runtime.evaluate', {
      expression: 'heldByTest',
    })
    const scopes = look(idOf(result)).internalProperties?.find(({ name }) => name === '[[Scopes]]')
    const [own] = look(idOf(scopes?.value)).result
    const entries = look(idOf(own?.value)).result.map(({ name, value }) => {
      if (value?.objectId === undefined) return [name, String(value?.value ?? '').length] as const
      const counted = ask<Runtime.CallFunctionOnReturnType>('Runtime.callFunctionOn', {
        objectId: value.objectId,
        functionDeclaration: countChars.toString(),
      })
      return [name, counted.result.value as number] as const
    })
    return Object.fromEntries(entries)
  } finally {
    Reflect.deleteProperty(globalThis, 'heldByTest')
    session.disconnect()
  }
}
