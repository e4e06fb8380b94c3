// What a client is made of: which entry, protocol and codec, and so which server it speaks to. Each has a URL of its own.
import { connect as connectCore, steadywire } from '../../src/core.ts'
import {
  connect,
  json,
  type Options,
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
}

export const kinds = {
  whole: { dialect: 'steadywire', codec: 'json', core: false },
  'whole, text': { dialect: 'steadywire', codec: 'text', core: false },
  core: { dialect: 'steadywire', codec: 'json', core: true },
  'core, text': { dialect: 'steadywire', codec: 'text', core: true },
  plain: { dialect: 'plain', codec: 'json', core: false },
  'plain, core, text': { dialect: 'plain', codec: 'text', core: true },
  resumable: { dialect: 'resumable', codec: 'json', core: false },
  'resumable, core, text': { dialect: 'resumable', codec: 'text', core: true },
} as const satisfies Record<string, Kind>

export type KindName = keyof typeof kinds

/** Where all servers are, each dialect at a path of its own. */
export const HOST = 'live.example'
const PATHS = /^\/(steadywire|plain|resumable)$/

export const isHome = ({ host, pathname }: URL): boolean => host === HOST && PATHS.test(pathname)

export const dialectOf = ({ pathname }: URL): Dialect =>
  (/plain$|resumable$/.exec(pathname)?.[0] ?? 'steadywire') as Dialect

const codecs = { json, text }

/** `heartbeatMs`: what a plain server is known to keep to. */
export const connectAs = (
  { dialect, codec, core }: Kind,
  url: UrlSource,
  options: Options & Required<Pick<Options, 'transports'>>,
  heartbeatMs: number,
): Wire => {
  const isResumable = dialect === 'resumable'
  const foreign =
    dialect === 'steadywire' ? undefined : plain({ resumable: isResumable, heartbeatMs })
  if (core) {
    return connectCore(url, { ...options, protocol: foreign ?? steadywire, codec: codecs[codec] })
  }
  return connect(url, {
    ...options,
    ...(foreign && { protocol: foreign }),
    ...(codec === 'text' && { codec: text }),
  })
}
