// What a client is made of: which entry, protocol and codec, and so which server it speaks to. Each has a URL of its own.
import {
  connect as connectCore,
  outbox,
  pageLifecycle,
  slicing,
  steadywire,
} from '../../src/core.ts'
import {
  connect,
  json,
  type Options,
  type PlainOptions,
  plain,
  text,
  type UrlSource,
  type Wire,
} from '../../src/index.ts'

/** How the server speaks. `plain` ignores cursors, `resumable` goes on after them; neither can say what it lost. */
export type Dialect = 'steadywire' | 'plain' | 'resumable'

export interface Kind {
  readonly dialect: Dialect
  readonly codec: 'json' | 'text'
  /** Made of the parts of `core`, with one transport and no negotiation. */
  readonly core: boolean
  /** It reads all at once, and knows nothing of its page's life. */
  readonly isBare?: boolean
  /** How a server takes the cursor that goes on after it. */
  readonly resume?: 'query' | 'header'
}

export const kinds = {
  whole: { dialect: 'steadywire', codec: 'json', core: false },
  'whole, text': { dialect: 'steadywire', codec: 'text', core: false },
  core: { dialect: 'steadywire', codec: 'json', core: true },
  'core, text': { dialect: 'steadywire', codec: 'text', core: true, isBare: true },
  plain: { dialect: 'plain', codec: 'json', core: false },
  'plain, core, text': { dialect: 'plain', codec: 'text', core: true },
  resumable: { dialect: 'resumable', codec: 'json', core: false, resume: 'query' },
  'resumable, core, text': { dialect: 'resumable', codec: 'text', core: true, resume: 'query' },
  'resumable, header': { dialect: 'resumable', codec: 'json', core: false, resume: 'header' },
} as const satisfies Record<string, Kind>

export type KindName = keyof typeof kinds

/** Where all servers are, each dialect at a path of its own. */
export const HOST = 'live.example'
const PATHS = /^\/(steadywire|plain|resumable)$/

export const isHome = ({ host, pathname }: URL): boolean => host === HOST && PATHS.test(pathname)

export const dialectOf = ({ pathname }: URL): Dialect =>
  (/plain$|resumable$/.exec(pathname)?.[0] ?? 'steadywire') as Dialect

const codecs = { json, text }

/** The type of a resumable server's pings: nobody listens to it. */
export const BEAT = 'beat'

function plainOptionsOf({ resume }: Kind, heartbeatMs: number): PlainOptions {
  return resume ? { resume, heartbeatMs, heartbeatType: BEAT } : { heartbeatMs }
}

/** `heartbeatMs`: what a plain server is known to keep to. */
export function connectAs(
  kind: Kind,
  url: UrlSource,
  given: Options & Required<Pick<Options, 'transports'>>,
  heartbeatMs: number,
): Wire {
  const { dialect, codec: name, core, isBare } = kind
  const isForeign = dialect !== 'steadywire'
  const protocol = isForeign ? plain(plainOptionsOf(kind, heartbeatMs)) : steadywire
  const codec = codecs[name]
  const { transports = [], ...options } = given
  if (core) {
    const parts = isBare ? { outbox } : { outbox, pageLifecycle, slicing }
    return connectCore(url, { ...options, ...parts, transports, protocol, codec })
  }

  return connect(url, {
    ...options,
    transports,
    ...(isForeign && { protocol }),
    ...(name === 'text' && { codec }),
  })
}
