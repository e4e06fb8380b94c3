// Random streams through a native EventSource and through our transport, beside our parser on the same bytes.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arbitraryCase } from '../fuzz/streams.ts'
import { cut } from '../unit/stream/parsing.ts'
import {
  blankRepeated,
  hearByTransport,
  hearNatively,
  serveStreams,
  standardOfText,
} from './native-streams.ts'

const SEED = 20_260_101
const SLICES = 6
const RUNS = 100

/** See the vector "one before CR": where Chromium departs from the standard, both get a comment before the line end. */
const avoidBareMark = (text: string) => text.replace(/^\uFEFF(?=[\r\n])/, '\uFEFF:')

/** A seed's streams, each with its pieces. */
const draw = (seed: number) =>
  fc.sample(arbitraryCase, { seed, numRuns: RUNS }).map(({ text: drawn, cuts }) => {
    const text = avoidBareMark(drawn)
    const bytes = new TextEncoder().encode(text)
    const places = cuts.map((place) => place % (bytes.length + 1))
    return { text, pieces: cut(bytes, places), standard: standardOfText(text) }
  })

describe(`${SLICES * RUNS} random streams`, () => {
  test.each(Array.from({ length: SLICES }, (_, slice) => SEED + slice))(
    `${RUNS} from seed %i`,
    async (seed) => {
      const streams = draw(seed)
      const urls = await serveStreams(streams.map(({ pieces }) => pieces))
      let heard = 0
      for (const [index, { text, standard }] of streams.entries()) {
        const url = urls[index] as string
        const about = JSON.stringify(text)
        const [native, told] = await Promise.all([
          hearNatively(url, standard),
          hearByTransport(url, standard),
        ])
        expect(native, about).toEqual(standard)
        expect(told, about).toEqual(blankRepeated(standard))
        heard += native.length
      }
      expect(heard).toBeGreaterThan(RUNS / 2)
    },
    30_000,
  )
})
