// The size gate: what is over, what README quotes wrongly, and that the production build is what is weighed.
import { describe, expect, test } from 'vitest'
import { bundleByEsbuild, bundleByRolldown, bundleByTerser } from '../lib/size/bundle.mjs'
import { problemsOf, quoteSizes } from '../lib/size/check.mjs'
import { modulesOf } from '../lib/size/modules.mjs'

const SIZE = { name: 'whole', bytes: 1200, gateBytes: 1200 }
const quote = (text: string) => `It weighs <!-- size:whole -->${text}<!-- /size --> bytes.`

describe('a size', () => {
  test('at its gate is well, and one byte more is not', () => {
    expect(problemsOf([SIZE], quote('1,200'))).toEqual([])
    expect(problemsOf([{ ...SIZE, bytes: 1201 }], quote('1,200'))).toEqual([
      '"whole" is 1,201 B: 1 B over its gate.',
    ])
  })

  test.each(['1,189', '1,211', '', ' ', 'about 1,200'])(
    'that README quotes as "%s" is a problem',
    (text) => {
      expect(problemsOf([SIZE], quote(text))).toEqual([
        expect.stringContaining(`README.md says "${text}" of "whole"; it is 1,200.`),
      ])
    },
  )

  test.each(['1,190', '1,210', '1200'])('that README quotes as "%s" is near enough', (text) => {
    expect(problemsOf([SIZE], quote(text))).toEqual([])
  })

  test('that README does not quote is a problem', () => {
    expect(problemsOf([SIZE], '<!-- size:core -->1,200<!-- /size -->')).toEqual([
      expect.stringContaining('<!-- size:whole -->'),
    ])
  })

  test('is a problem at each place where its quote is wrong', () => {
    expect(problemsOf([SIZE], quote('1') + quote('1,200') + quote('2'))).toHaveLength(2)
  })

  test('is written wherever it is quoted, and nothing else is', () => {
    const other = '<!-- size:core -->3<!-- /size -->'
    expect(quoteSizes([SIZE], quote('1') + other + quote(''))).toBe(
      quote('1,200') + other + quote('1,200'),
    )
  })
})

test.each([
  ['terser', async (code: string) => (await bundleByTerser(code)).code],
  ['esbuild', bundleByEsbuild],
  ['rolldown', bundleByRolldown],
])('%s weighs the production build, minified', { timeout: 60_000 }, async (_name, bundle) => {
  const code = `const unused = 1
    const greet = (longName) => console.log(longName, __DEV__ ? 'development' : 'production')
    greet(location.href)
    greet(location.hash)`
  const minified = await bundle(code)
  expect(minified).toContain('production')
  expect(minified).not.toMatch(/development|unused|__DEV__|longName/)
})

test('each byte of a bundle has the module that it came from', { timeout: 60_000 }, async () => {
  const chunk = await bundleByTerser(`import { chooseByName } from './scripts/lib/choose.mjs'
    console.log(chooseByName('lane', [], ''))`)
  const modules = modulesOf(chunk)
  expect(modules.map(({ source }) => source)).toEqual(['scripts/lib/choose.mjs', 'application'])
  expect(modules.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(chunk.code.trim().length)
})
