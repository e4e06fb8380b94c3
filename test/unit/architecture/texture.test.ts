// The rules of texture hold in every folder, within its allowance, and catch what breaks them.
import { describe, expect, test } from 'vitest'
import { ALLOWANCES, AREAS, judge } from './allowances.ts'
import { parse, readSources } from './sources.ts'
import { textureRules } from './texture.ts'

type RuleName = keyof typeof textureRules

const RULE_NAMES: readonly RuleName[] = [
  'casts',
  'functionSizes',
  'paragraphs',
  'memberships',
  'declarations',
]

function lines(count: number, line = 'f()'): string {
  return Array(count).fill(line).join('\n')
}

describe.each(AREAS)('%s', (area) => {
  const sources = readSources(area)
  // In src arrows save bytes, and Biome demands them.
  const rules = RULE_NAMES.filter((name) => area !== 'src' || name !== 'declarations')

  test.each(rules)('has its allowance of %s', (name) => {
    const found = sources.flatMap(textureRules[name])
    const places = found.map((place) => `${area}/${place}`)
    expect(judge(places, ALLOWANCES[name][area] ?? 0)).toEqual([])
  })
})

describe('allowances', () => {
  test('are of rules and folders that exist', () => {
    expect(Object.keys(ALLOWANCES)).toEqual(Object.keys(textureRules))
    expect(RULE_NAMES).toEqual(Object.keys(textureRules))
    expect(AREAS).toEqual(expect.arrayContaining(Object.values(ALLOWANCES).flatMap(Object.keys)))
  })

  test('may not be exceeded', () => {
    expect(judge(['a.ts:1 casts', 'a.ts:2 casts'], 1)).toEqual([
      '2 found, 1 allowed:',
      'a.ts:1 casts',
      'a.ts:2 casts',
    ])
  })

  test('fall with what is found', () => {
    expect(judge(['a.ts:1 casts'], 2)).toEqual(['1 found, 2 allowed: lower the allowance to 1'])
  })

  test('are met exactly', () => {
    expect(judge(['a.ts:1 casts'], 1)).toEqual([])
  })
})

/** Per rule: what it catches, each once, and what it lets pass. */
const EXAMPLES: Readonly<
  Record<RuleName, { caught: readonly string[]; passed: readonly string[] }>
> = {
  casts: {
    caught: [
      'export const a = b as string',
      'export const a = <string>b',
      'export const a = b as unknown',
    ],
    passed: [
      'export const a = [b] as const',
      'export const a = <const>[b]',
      'export const a = b satisfies string',
      `import { a as b } from './a.ts'`,
      'export const a = (b: unknown): b is string => true',
    ],
  },
  functionSizes: {
    caught: [
      `export const a = () => {\n${lines(39)}\n}`,
      `export function a() {\n${lines(39)}\n}`,
      `export class A { b() {\n${lines(39)}\n} }`,
      `export function a() {\nconst b = () => {\n${lines(39)}\n}\nreturn b\n}`,
      `export function a() {\n${lines(39)}\nconst b = () => {\n}\nb()\n}`,
      `export function a() {\nconst b = [() => 1]\n${lines(39)}\nreturn b\n}`,
    ],
    passed: [
      `export const a = () => {\n${lines(38)}\n}`,
      `export const a = {\n${lines(60, 'b,')}\n}`,
      `export function a() {\n${lines(4, `const b = () => {\n${lines(30)}\n}`)}\nreturn b\n}`,
      `export function a() {\n${lines(60, 'const b = () => 1')}\n}`,
      `export function a() {\n${lines(60)}\nreturn { b() {} }\n}`,
      `export function a() {\n${lines(60)}\nreturn () => {}\n}`,
      `export function a() {\nconst b = { c: 1 }\n${lines(60)}\nreturn b\n}`,
      `export function a() {\nfunction b() {}\n${lines(60)}\nreturn b\n}`,
      `export const a = (b) => ({\n${lines(60, 'b,')}\n})`,
    ],
  },
  paragraphs: {
    caught: [
      `export const a = () => {\n${lines(14)}\n}`,
      `export function a() {\n${lines(14)}\n}`,
      `export class A { b() {\n${lines(14)}\n} }`,
      `test('a', () => {\n${lines(14)}\n})`,
    ],
    passed: [
      `export function a() {\n${lines(13)}\n}`,
      `export function a() {\n${lines(7)}\n\n${lines(7)}\n}`,
      `export function a() {\n${lines(7)}\n  \n${lines(7)}\n}`,
      `export const a = () => ({\n${lines(20, 'b,')}\n})`,
      `export function a() {\nreturn {\n${lines(20, 'b,')}\n}\n}`,
    ],
  },
  memberships: {
    caught: [
      'if (/closed|suspended/.test(name)) f()',
      'if (/^(closed|suspended)$/.test(name)) f()',
      'if (/^(?:open|re-open)$/i.test(name)) f()',
    ],
    passed: [
      `if (name === 'closed' || name === 'suspended') f()`,
      'if (/closed/.test(name)) f()',
      'if (/^4\\d\\d|closed/.test(name)) f()',
      'if (/no answer|was closed/.test(text)) f()',
      'if (/^(x-|authorization)/.test(name)) f()',
      'const words = text.match(/closed|suspended/g)',
      'expect(text).toMatch(/closed|suspended/)',
    ],
  },
  declarations: {
    caught: ['const a = () => { f() }', 'export const a = async (b: string) => { f() }'],
    passed: [
      'function a() { f() }',
      'const a = (b: string) => b.trim()',
      'const a = () => ({ b: 1 })',
      'function a() { const b = () => { f() } }',
      'const a = b.map((c) => { f() })',
    ],
  },
}

describe.each(RULE_NAMES)('%s', (name) => {
  const { caught, passed } = EXAMPLES[name]
  const find = (text: string) => textureRules[name](parse('a.ts', text))

  test.each(caught)('catches %j', (text) => {
    expect(find(text)).toHaveLength(1)
  })

  test.each(passed)('lets pass %j', (text) => {
    expect(find(text)).toEqual([])
  })
})

test('casts are found in the comments of JavaScript too', () => {
  const find = (text: string) => textureRules.casts(parse('a.mjs', text))
  expect(find('export const a = /** @type {string} */ (b)')).toHaveLength(1)
  expect(find('export const a = /** @type {const} */ ([b])')).toEqual([])
})
