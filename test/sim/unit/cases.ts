// What is known of each invariant: histories that keep it, and histories that break it.
import type { invariants } from '../invariants.ts'
import type { Steps } from './planted-history.ts'

export type Cases = Record<
  keyof typeof invariants,
  { readonly keeps: readonly Steps[]; readonly breaks: readonly Steps[] }
>
