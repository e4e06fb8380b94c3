// The source tree keeps its architecture, and the rules that say so do catch what breaks them.
import { describe, expect, test } from 'vitest'
import { type Rule, rules } from './architecture/rules.ts'
import { parseProject, parseSources } from './architecture/sources.ts'

const named = Object.entries<Rule>(rules)

describe('src', () => {
  const project = parseProject()

  test('has its two entries', () => {
    const paths = project.sources.map(({ path }) => path)
    expect(paths).toEqual(expect.arrayContaining(['core.ts', 'index.ts']))
  })

  test.each(named)('keeps the rule %s', (_name, rule) => {
    expect(rule(project)).toEqual([])
  })
})

const long = (lines: number) => '\n'.repeat(lines)

/** Per rule: sources that break it, and how many complaints they earn. */
const violations: Record<keyof typeof rules, [Record<string, string>, number][]> = {
  floors: [
    [{ 'errors.ts': `import './url.ts'`, 'url.ts': '' }, 1],
    [{ 'errors.ts': `export * from './backoff.ts'`, 'backoff.ts': '' }, 1],
    [{ 'errors.ts': `import type { A } from './url.ts'`, 'url.ts': 'export type A = 1' }, 1],
    [{ 'stream/a.ts': `import './b.ts'`, 'stream/b.ts': '' }, 1],
    [{ 'types.ts': `import { a } from './errors.ts'`, 'errors.ts': 'export const a = 1' }, 1],
    [{ 'stranger.ts': '' }, 1],
  ],
  parts: [
    [{ 'client.ts': `import './transports/a.ts'`, 'transports/a.ts': '' }, 1],
    [{ 'runner.ts': `export * from './negotiation.ts'`, 'negotiation.ts': '' }, 1],
  ],
  cycles: [
    [{ 'url.ts': `import './errors.ts'`, 'errors.ts': `import './url.ts'` }, 2],
    [
      {
        'client.ts': `import type { A } from './machine.ts'`,
        'machine.ts': `import './url.ts'\nexport type A = 1`,
        'url.ts': `export * from './client.ts'`,
      },
      3,
    ],
  ],
  globals: [
    [{ 'client.ts': 'export const a = Date.now() + Math.random()' }, 2],
    [{ 'client.ts': 'export const a = () => new WebSocket(location.href)' }, 2],
    [{ 'client.ts': 'setTimeout(() => clearTimeout(1)); setInterval(() => {})' }, 3],
    [{ 'client.ts': 'export const a = { document, b: window.name, c: globalThis }' }, 3],
    [{ 'client.ts': 'localStorage.clear(); performance.now(); navigator.onLine' }, 3],
    [{ 'client.ts': 'new EventSource(""); new XMLHttpRequest(); fetch("")' }, 3],
  ],
  fileSizes: [[{ 'client.ts': `${long(250)}export {}` }, 1]],
  functionSizes: [
    [{ 'client.ts': `export const a = () => {${long(40)}}` }, 1],
    [{ 'client.ts': `export class A { b() {${long(40)}} }` }, 1],
    [{ 'client.ts': `export function a() {${long(150)}return {} }` }, 1],
    [{ 'client.ts': `export function a() { const b = () => {}${long(150)}return b }` }, 1],
    [{ 'client.ts': `export function a() { const b = [() => {}]${long(40)}return b }` }, 1],
  ],
  defaultExports: [
    [{ 'client.ts': 'export default 1' }, 1],
    [{ 'client.ts': 'export default function a() {}' }, 1],
    [{ 'client.ts': 'const a = 1\nexport { a as default }' }, 1],
  ],
  anyTypes: [[{ 'client.ts': 'export const a = (b: any) => b as any[]' }, 2]],
}

/** What no rule may complain about. */
const innocent: Record<string, string> = {
  'types.ts': `import type { E } from './errors.ts'
    export interface Environment { Date: { now(): number }; document?: Document }
    export type F = E`,
  'errors.ts': `import type { F } from './types.ts'
    export type E = string
    export const a: F = ''`,
  'client.ts': `import type { Environment } from './types.ts'
    export function factory({ document, Date }: Environment) {
      const url = new URL('http://host')
      const read = () => Date.now() + Math.max(1, 2)
      switch (url.host) { default: document?.hidden }${long(60)}
      return { read, window: 1, open: (socket: WebSocket) => socket.close() }
    }`,
}

describe('the rules', () => {
  const cases = Object.entries(violations).flatMap(([name, table]) =>
    table.map(([texts, count]) => ({
      name: name as keyof typeof rules,
      about: Object.values(texts).join(' | ').replaceAll(/\n+/g, ' … '),
      texts,
      count,
    })),
  )

  test.each(cases)('$name: $count in $about', ({ name, texts, count }) => {
    expect(rules[name](parseSources(texts))).toHaveLength(count)
  })

  test.each(named)('%s lets well-behaved sources pass', (_name, rule) => {
    expect(rule(parseSources(innocent))).toEqual([])
  })
})
