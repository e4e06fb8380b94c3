// The client keeps the layers of its map, src/README.md, the map tells the truth, and the rules catch what breaks them.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type LayerRule, layerRules, type Project } from './layers.ts'
import { parseMap } from './map.ts'
import { parse, ROOT, readSources } from './sources.ts'

const NAMED_RULES = Object.entries<LayerRule>(layerRules)

describe('src', () => {
  const project: Project = {
    map: parseMap(readFileSync(join(ROOT, 'src/README.md'), 'utf8')),
    sources: readSources('src'),
    exists: (path) => existsSync(join(ROOT, path)),
  }

  test('has a map with a tree, a table and parts', () => {
    expect(project.map.tree).not.toEqual([])
    expect(project.map.rows).not.toEqual([])
    expect(project.map.parts).not.toEqual([])
  })

  test.each(NAMED_RULES)('keeps the rule of %s', (_name, rule) => {
    expect(rule(project)).toEqual([])
  })
})

const MAP = `
\`\`\`
src/
  README.md      the map
  index.ts       the entry
  wire.ts        puts the parts together
  downstream/    what comes in
    cursor.ts      the last event ID
    delivery.ts    continuity and listeners
  upstream/      what goes out
    outbox.ts      the queue
  transports/
    transport.ts   the contract
    socket.ts      the one transport
  errors.ts      what fails
\`\`\`

An event goes through \`c\` in \`downstream/cursor.ts\`.

| floor | file | may import | tests |
|--:|---|---|---|
| 1 | \`errors.ts\` | nothing | \`test/errors.test.ts\` |
| 2 | \`transports/*\` | \`errors.ts\` | \`test/transports/\` |
| 3 | \`downstream/*\` | \`transports/*\`, \`errors.ts\` | |
| 3 | \`upstream/*\` | nothing | |
| 4 | \`wire.ts\` | all below | |
| 5 | \`index.ts\` | all below | |

Parts: \`transports/socket.ts\`.
`

/** Sources that keep to the map. */
const SOURCES: Readonly<Record<string, string>> = {
  'errors.ts': 'export type E = string',
  'transports/transport.ts': `import type { E } from '../errors.ts'\nexport type T = E`,
  'transports/socket.ts': `import { a } from './transport.ts'`,
  'downstream/cursor.ts': `import type { E } from '../errors.ts'\nexport const c = 1`,
  'downstream/delivery.ts': `
    import { c } from './cursor.ts'
    import type { T } from '../transports/transport.ts'
    import type { Socket } from '../transports/socket.ts'`,
  'upstream/outbox.ts': '',
  'wire.ts': `
    import { a } from './downstream/delivery.ts'
    import { b } from './upstream/outbox.ts'`,
  'index.ts': `
    export * from './wire.ts'
    import { socket } from './transports/socket.ts'`,
}

const TESTS = ['test/errors.test.ts', 'test/transports/']

interface Change {
  readonly sources?: Readonly<Record<string, string>>
  /** Replaces a text of the map. */
  readonly map?: readonly [string, string]
}

interface Violation extends Change {
  readonly rule: keyof typeof layerRules
  readonly complaint: string
}

function changed({ sources = {}, map: [from, to] = ['', ''] }: Change): Project {
  return {
    map: parseMap(MAP.replace(from, to)),
    sources: Object.entries({ ...SOURCES, ...sources }).map(([path, text]) => parse(path, text)),
    exists: (path) => TESTS.includes(path),
  }
}

const UPWARD: readonly Violation[] = [
  `import './wire.ts'`,
  `export * from './wire.ts'`,
  `import type { A } from './wire.ts'`,
  `type A = import('./wire.ts').A`,
  `const a = await import('./wire.ts')`,
].map((text) => ({
  rule: 'floors',
  complaint: 'errors.ts imports wire.ts, which is not on a lower floor',
  sources: { 'errors.ts': text },
}))

const VIOLATIONS: readonly Violation[] = [
  ...UPWARD,
  {
    rule: 'floors',
    complaint: 'upstream/outbox.ts imports downstream/cursor.ts, which',
    sources: { 'upstream/outbox.ts': `import '../downstream/cursor.ts'` },
  },
  {
    rule: 'floors',
    complaint: 'downstream/cursor.ts imports upstream/outbox.ts, which',
    sources: { 'downstream/cursor.ts': `import type { O } from '../upstream/outbox.ts'` },
  },
  {
    rule: 'floors',
    complaint: 'wire.ts imports package, which',
    sources: { 'wire.ts': `import 'package'` },
  },
  {
    rule: 'floors',
    complaint: 'stranger.ts has no row',
    sources: { 'stranger.ts': '' },
  },
  {
    rule: 'imports',
    complaint: 'upstream/* imports `errors.ts`: say so',
    sources: { 'upstream/outbox.ts': `import type { E } from '../errors.ts'` },
  },
  {
    rule: 'imports',
    complaint: 'downstream/* imports `transports/*`: say so',
    sources: { 'downstream/cursor.ts': '' },
  },
  {
    rule: 'imports',
    complaint: 'transports/* imports nothing: say so',
    sources: { 'transports/transport.ts': '' },
  },
  {
    rule: 'imports',
    complaint: 'errors.ts imports nothing: say so',
    map: ['| nothing |', '| `absent.ts` |'],
  },
  {
    rule: 'parts',
    complaint: 'wire.ts imports transports/socket.ts, which only an entry',
    sources: { 'wire.ts': `import { socket } from './transports/socket.ts'` },
  },
  {
    rule: 'parts',
    complaint: 'wire.ts imports transports/socket.ts, which only an entry',
    sources: { 'wire.ts': `export * from './transports/socket.ts'` },
  },
  {
    rule: 'parts',
    complaint: 'transports/transport.ts imports transports/socket.ts, which only an entry',
    sources: { 'transports/transport.ts': `import('./socket.ts')` },
  },
  {
    rule: 'truth',
    complaint: 'stranger.ts is not in the tree',
    sources: { 'stranger.ts': '' },
  },
  {
    rule: 'truth',
    complaint: 'upstream/cursor.ts is not in the tree',
    sources: { 'upstream/cursor.ts': '' },
  },
  {
    rule: 'truth',
    complaint: 'upstream/post.ts is named and does not exist',
    map: ['    outbox.ts', '    post.ts\n    outbox.ts'],
  },
  {
    rule: 'truth',
    complaint: 'upstream/inbox.ts is named and does not exist',
    map: ['An event', '`upstream/inbox.ts`. An event'],
  },
  {
    rule: 'truth',
    complaint: 'downstream/cursor.ts has no accept',
    map: ['`c` in', '`accept` in'],
  },
  {
    rule: 'truth',
    complaint: 'transports/poll.ts is named and does not exist',
    map: ['Parts: ', 'Parts: `transports/poll.ts`, '],
  },
  {
    rule: 'truth',
    complaint: 'post/* has a row and no file',
    map: ['| 4 |', '| 4 | `post/*` | all below | |\n| 4 |'],
  },
  {
    rule: 'truth',
    complaint: 'test/wires/ is named and does not exist',
    map: ['test/transports/', 'test/wires/'],
  },
]

describe('the rules', () => {
  test.each(VIOLATIONS)('$rule: $complaint', ({ rule, complaint, ...change }) => {
    expect(layerRules[rule](changed(change))).toEqual([expect.stringContaining(complaint)])
  })

  test.each(NAMED_RULES)('%s lets well-behaved sources pass', (_name, rule) => {
    expect(rule(changed({}))).toEqual([])
  })
})
