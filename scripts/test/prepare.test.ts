// npm start and npm test install again exactly when what is installed differs from the lockfile.
import { expect, test } from 'vitest'
import { isSameInstallation } from '../lib/prepare.mjs'

const WANTED = {
  '': { version: '0.1.0' },
  'node_modules/a': { version: '1.0.0' },
  'node_modules/a-for-another-platform': { version: '1.0.0', optional: true },
}

test.each([
  ['all of it, but for another platform', { 'node_modules/a': { version: '1.0.0' } }, true],
  ['more than it', { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': {} }, true],
  ['another version', { 'node_modules/a': { version: '1.0.1' } }, false],
  [
    'another version of an optional package',
    { ...WANTED, 'node_modules/a-for-another-platform': { version: '0.9.0' } },
    false,
  ],
  ['nothing', {}, false],
])('installed: %s', (_about, present, same) => {
  expect(isSameInstallation(WANTED, present)).toBe(same)
})
