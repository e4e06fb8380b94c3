// How much of what breaks a rule of texture is still there, by rule and folder: these numbers may only fall.
import { foldersIn } from './sources.ts'
import type { textureRules } from './texture.ts'

type RuleName = keyof typeof textureRules

/** What is not named here is allowed nothing. */
export const ALLOWANCES: Readonly<Record<RuleName, Readonly<Record<string, number>>>> = {
  casts: {
    src: 37,
    bench: 36,
    scripts: 3,
    'demo/faults': 9,
    'demo/page': 3,
    'demo/server': 15,
    'test/browser': 8,
    'test/e2e': 13,
    'test/engines': 10,
    'test/fuzz': 2,
    'test/package': 3,
    'test/sim': 23,
    'test/support': 20,
    'test/unit': 45,
  },
  functionSizes: {
    src: 2,
    'test/sim': 1,
    'test/support': 1,
    'test/unit': 1,
  },
  paragraphs: {
    src: 21,
    bench: 76,
    scripts: 16,
    'demo/faults': 31,
    'demo/page': 14,
    'demo/server': 41,
    'test/browser': 17,
    'test/e2e': 33,
    'test/engines': 11,
    'test/package': 3,
    'test/sim': 43,
    'test/support': 6,
    'test/types': 1,
    'test/unit': 84,
  },
  memberships: {
    src: 3,
    scripts: 1,
    'test/browser': 1,
    'test/e2e': 1,
    'test/sim': 5,
    'test/unit': 3,
  },
  declarations: {
    bench: 10,
    scripts: 1,
    'test/browser': 18,
    'test/e2e': 4,
    'test/engines': 1,
    'test/fuzz': 5,
    'test/sim': 99,
    'test/support': 18,
    'test/unit': 26,
  },
}

/** The folders that are counted: each has its owner and its own pace. */
export const AREAS: readonly string[] = [
  'src',
  'bench',
  'scripts',
  ...foldersIn('demo'),
  ...foldersIn('test'),
]

/** What is wrong with an area: more places than it may have, or fewer than its allowance says. */
export function judge(found: readonly string[], allowed: number): string[] {
  const count = `${found.length} found, ${allowed} allowed`
  if (found.length > allowed) return [`${count}:`, ...found]
  return found.length < allowed ? [`${count}: lower the allowance to ${found.length}`] : []
}
