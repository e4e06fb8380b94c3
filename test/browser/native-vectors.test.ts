// Every vector of the grammar through a native EventSource and through our transport, from a real server in odd pieces.
import { describe, expect, test } from 'vitest'
import { cut } from '../unit/protocols/parsing.ts'
import { chapters } from '../unit/protocols/vectors/index.ts'
import { standardOf } from '../unit/protocols/vectors/vector.ts'
import {
  blankRepeated,
  hearByFetch,
  hearByTransport,
  hearNatively,
  serveStreams,
  standardOfText,
} from './native-streams.ts'

/** A native EventSource has no cap. */
const cases = chapters
  .flatMap(({ name: chapter, vectors }) => vectors.map((vector) => ({ chapter, ...vector })))
  .filter(({ maxBytes }) => maxBytes === undefined)

const MOST_BYTES = 400

/** Whole, in thirds, byte by byte where that is not too much. */
function piecings(bytes: Uint8Array) {
  const places = bytes.length > MOST_BYTES ? [7, 4001] : [...bytes.keys()].slice(1)
  const thirds = [Math.floor(bytes.length / 3), Math.ceil((bytes.length * 2) / 3)]
  return [[], thirds, places].map((cuts) => cut(bytes, cuts))
}

describe.each(cases)('$chapter: $about', (vector) => {
  const { text, bytes = new TextEncoder().encode(text) } = vector
  const standard = standardOf(vector)
  // A departure may be mended in the next version.
  const expected = [standard, vector.chromium ?? standard]

  test('is heard as the standard says', async () => {
    const urls = await serveStreams(piecings(bytes))
    for (const url of urls) expect(expected).toContainEqual(await hearNatively(url, standard))
  })

  test('is handed on by fetch as the standard says', async () => {
    const urls = await serveStreams(piecings(bytes))
    for (const url of urls) expect(await hearByFetch(url)).toEqual(standard)
  })

  test('is told by the transport with ids of their own', async () => {
    const [url = ''] = await serveStreams([[bytes]])
    expect(expected.map(blankRepeated)).toContainEqual(await hearByTransport(url, standard))
  })

  test('is seen as the standard says by our parser too', () => {
    expect(standardOfText(text)).toEqual(standard)
  })
})
