// The whole `plain`: what it takes, and what its functions are given.
import { type Codec, connect, type PlainOptions as SmallOptions, text } from '../../src/index.ts'
import {
  type CloseMeaning,
  type HelloContext,
  type PlainOptions,
  plain,
  type Unpacked,
} from '../../src/plain.ts'
import { type Equal, holds, some } from './equal.ts'

connect('/ws', { protocol: plain() })
connect('/ws', { protocol: plain({ resume: 'query', heartbeatMs: 5000, pollMs: 0 }) })
holds<SmallOptions extends Partial<PlainOptions> ? true : false>()

/* ------------------------------------------------------------------ envelopes */

plain({ envelope: { type: 'type' } })
plain({ envelope: { type: 'ev', data: 'p', id: undefined } })
// @ts-expect-error: a type it must have
plain({ envelope: { data: 'data' } })
// @ts-expect-error: names of fields
plain({ envelope: { type: true } })
// @ts-expect-error: no such field
plain({ envelope: { type: 'type', seq: 'seq' } })

plain({
  pack: (type, data) => {
    holds<Equal<typeof type, string>>()
    holds<Equal<typeof data, string>>()
    return `${type} ${data}`
  },
  unpack: (frame) => {
    holds<Equal<typeof frame, string>>()
    return { type: frame, data: frame, id: undefined }
  },
})
plain({ unpack: () => undefined })
plain({ unpack: () => [] })
plain({ unpack: () => new Set<Unpacked>() })
// @ts-expect-error: a text
plain({ pack: (type) => ({ type }) })
// @ts-expect-error: data is text
plain({ unpack: (frame) => ({ type: 'a', data: [frame] }) })
// @ts-expect-error: at once
plain({ unpack: async () => ({ type: 'a', data: '' }) })

/* ------------------------------------------------------------------ first words, pings */

plain({ hello: 'subscribe' })
plain({ hello: { op: 'subscribe' } })
plain({ hello: ['a', { b: 1 }] })
plain({ hello: () => undefined })
plain({
  hello: async (context) => {
    holds<Equal<typeof context, HelloContext>>()
    holds<Equal<typeof context.cursor, string | undefined>>()
    holds<Equal<typeof context.transport, string>>()
    return [{ after: context.cursor }]
  },
})
// @ts-expect-error: a message
plain({ hello: 5 })

plain({ ping: { everyMs: 1000, message: 'ping' } })
plain({ ping: { everyMs: 1000, message: () => ({ at: 1 }) } })
// @ts-expect-error: in which rhythm
plain({ ping: { message: 'ping' } })
// @ts-expect-error: a message
plain({ ping: { everyMs: 1000, message: 5 } })

/* ------------------------------------------------------------------ ends, codecs */

plain({
  end: ({ id, type, data }) => {
    holds<Equal<typeof data, string>>()
    return id === type
  },
  closeCodes: { 4000: 'end', 4001: some<CloseMeaning>() },
})
// @ts-expect-error: a function
plain({ end: '[DONE]' })
// @ts-expect-error: no such meaning
plain({ closeCodes: { 4000: 'final' } })

plain({ codecs: { eventsource: text, mine: some<Codec>() } })
plain({ codecs: { websocket: { decode: (data) => data } } })
// @ts-expect-error: values, not names
plain({ codecs: { eventsource: 'text' } })
