// How much of what breaks a rule of texture is still there, by rule and folder: these numbers may only fall.
import { foldersIn } from './sources.ts'
import type { textureRules } from './texture.ts'

type RuleName = keyof typeof textureRules

/** What is not named here is allowed nothing. */
export const ALLOWANCES: Readonly<Record<RuleName, Readonly<Record<string, number>>>> = {
  casts: {
    src: 24,
    'test/browser': 8,
    'test/e2e': 3,
    'test/engines': 10,
    'test/fuzz': 2,
    'test/package': 3,
    'test/sim': 30,
    'test/support': 20,
    'test/unit': 32,
  },
  functionSizes: {
    src: 1,
    'test/sim': 1,
  },
  paragraphs: {
    src: 2,
    'test/browser': 5,
    'test/engines': 11,
    'test/sim': 46,
    'test/support': 7,
    'test/unit': 78,
  },
  memberships: {
    'test/sim': 11,
    'test/support': 3,
    'test/unit': 2,
  },
  declarations: {
    'test/browser': 4,
    'test/engines': 1,
    'test/fuzz': 4,
    'test/sim': 115,
    'test/support': 24,
    'test/unit': 8,
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
