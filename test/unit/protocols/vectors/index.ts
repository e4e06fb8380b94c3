// All vectors, by the sentence that they follow.
import { caps } from './caps.ts'
import { decoding } from './decoding.ts'
import { wholeBlocks } from './ends.ts'
import { fields } from './fields.ts'
import { idsAndRetries } from './ids.ts'
import type { Chapter } from './vector.ts'

export const chapters: readonly Chapter[] = [
  ...decoding,
  ...fields,
  ...idsAndRetries,
  ...wholeBlocks,
  caps,
]
