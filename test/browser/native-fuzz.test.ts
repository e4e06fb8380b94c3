// Random streams through a native EventSource and through our transports, beside our parser on the same bytes.
import * as fc from 'fast-check'
import { expect, inject, test } from 'vitest'
import { arbitraryCase, type Case } from '../fuzz/streams.ts'
import { cut } from '../unit/protocols/parsing.ts'
import {
  blankRepeated,
  hearByFetch,
  hearByTransport,
  hearNatively,
  serveStreams,
  standardOfText,
} from './native-streams.ts'

declare module 'vitest' {
  interface TaskMeta {
    /** How many streams of this seed ran; of the smallest on which the two differ, what was heard. */
    nativeFuzz?: {
      readonly seed: number
      readonly ran: number
      readonly found: { readonly stream: Case } | undefined
    }
  }
}

/** Each slice has a seed of its own. */
const all = inject('nativeFuzz') ?? { seed: 20_260_101, runs: 1000, slice: 100 }
const slices = Array.from({ length: Math.ceil(all.runs / all.slice) }, (_, slice) => ({
  seed: all.seed + slice,
  runs: Math.min(all.slice, all.runs - slice * all.slice),
}))

/** How long a slice may take on a busy machine; then the smallest stream that was found is small enough. */
const SLICE_TIMEOUT_MS = 60_000
const BUSY_MS = 45_000

/** See the vector "one before CR": where Chromium departs from the standard, both get a comment before the line end. */
const avoidBareMark = (text: string) => text.replace(/^\uFEFF(?=[\r\n])/, '\uFEFF:')

async function hear({ text: drawn, cuts }: Case) {
  const text = avoidBareMark(drawn)
  const bytes = new TextEncoder().encode(text)
  const places = cuts.map((place) => place % (bytes.length + 1))
  const standard = standardOfText(text)
  const [url = ''] = await serveStreams([cut(bytes, places)])
  const [native, told, fetched] = await Promise.all([
    hearNatively(url, standard),
    hearByTransport(url, standard),
    hearByFetch(url),
  ])
  return { standard, native, told, fetched }
}

function expectAlike({ standard, native, told, fetched }: Awaited<ReturnType<typeof hear>>) {
  expect(native).toEqual(standard)
  expect(fetched).toEqual(standard)
  expect(told).toEqual(blankRepeated(standard))
}

test('streams that failed once are replayed', async () => {
  for (const one of inject('regressions')) expectAlike(await hear(one))
})

test.for(slices)(
  '$runs random streams: npm run fuzz -- --native --seed $seed --runs $runs',
  { timeout: SLICE_TIMEOUT_MS },
  async ({ seed, runs }, { task }) => {
    let events = 0
    let found: { stream: Case } | undefined
    const property = fc.asyncProperty(arbitraryCase, async (stream) => {
      const heard = await hear(stream)
      events += heard.native.length
      try {
        expectAlike(heard)
      } catch (error) {
        found = { stream, ...heard }
        throw error
      }
    })
    const how = { seed, numRuns: runs, interruptAfterTimeLimit: BUSY_MS }
    const { numRuns: ran, errorInstance } = await fc.check(property, how)

    task.meta.nativeFuzz = { seed, ran, found }
    if (!found && errorInstance) throw errorInstance
    expect(found).toBeUndefined()
    expect(ran).toBe(runs)

    if (runs === all.slice) expect(events).toBeGreaterThan(runs / 2)
  },
)
