// Random streams of lines, weighted towards trouble, and where they are cut.
import * as fc from 'fast-check'

/** A stream and how it arrives. Kept as JSON when it made trouble. */
export interface Case {
  readonly text: string
  /** Where it is cut: places in its text, or in its bytes. */
  readonly cuts: readonly number[]
  readonly asBytes: boolean
  readonly maxBytes: number
}

/** A cap that is passed now and then, and one that never is. */
const CAPS = [8, 1_048_576]
const MOST_LINES = 24
const MOST_CUTS = 8
/** The last line is often cut. */
const MOST_CHOPPED = 4

const times = <T>(count: number, ...values: T[]): T[] => Array(count).fill(values).flat()

const lineEnd = fc.constantFrom('\n', '\r', '\r\n')

/** What a line begins with. Nothing, with no value, is an empty line. */
const name = fc.constantFrom(
  ...times(6, 'data:', 'data: '),
  ...times(3, 'id:', 'id: ', 'event: ', 'event:', 'retry: ', 'retry:'),
  ...times(2, 'data', 'id', 'event', 'retry', ':', ': '),
  ...[
    'Data: ',
    ' data: ',
    'data : ',
    'datas: ',
    'dat: ',
    'ids: ',
    'x: ',
    '\uFEFFdata: ',
    'ï»¿',
    ' ',
  ],
)

const value = fc.constantFrom(
  ...times(8, '', 'a', '1', '23'),
  ...times(2, ' ', ':', '\0', '\uFEFF', 'é', '中', '\u{1F600}'),
  ...[
    'sw:hello',
    '-5',
    '1e3',
    '\t',
    '\v',
    '\x85',
    '\u2028',
    '\uFFFD',
    '\\n',
    '12345678',
    'x'.repeat(40),
  ],
)

const line = fc.oneof(
  { weight: 2, arbitrary: fc.constant('') },
  { weight: 4, arbitrary: fc.tuple(name, value).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.tuple(name, value, value, value).map((parts) => parts.join('')) },
)

const lines = fc
  .array(fc.tuple(line, lineEnd), { maxLength: MOST_LINES, size: 'max' })
  .map((all) => all.flat().join(''))

export const arbitraryCase: fc.Arbitrary<Case> = fc
  .tuple(
    fc.constantFrom('', '', '', '\uFEFF'),
    lines,
    fc.nat(MOST_CHOPPED),
    fc.record({
      cuts: fc.array(fc.nat(2000), { maxLength: MOST_CUTS, size: 'max' }),
      asBytes: fc.boolean(),
      maxBytes: fc.constantFrom(...CAPS),
    }),
  )
  .map(([mark, stream, chopped, { cuts, ...how }]) => {
    const text = mark + stream.slice(0, Math.max(0, stream.length - chopped))
    return { ...how, text, cuts: cuts.map((place) => place % (text.length + 1)) }
  })
