// The texts of errors, which differ between the two builds.
import { expect } from 'vitest'

/** Matches an error's message: what happened in the development build, its code and a link in the production build. */
export function prose(pattern: RegExp): unknown {
  return expect.stringMatching(__DEV__ ? pattern : /^([\w-]+) \(docs\/errors\.md#\1\)$/)
}
