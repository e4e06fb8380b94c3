// Wrong options of the whole `plain` are named in the development build; those of the small one name the entry.
import { describe, expect, test } from 'vitest'
import { plain as small } from '../../../../src/index.ts'
import { plain } from '../../../../src/plain.ts'

const bad = (pattern: RegExp) =>
  expect.objectContaining({ code: 'bad-option', message: expect.stringMatching(pattern) })

function ofWhole() {
  test.each([
    [{ envelope: 'type' }, /Option envelope of plain\(\) takes the names of the fields/],
    [{ envelope: { data: 'data' } }, /envelope.*names of the fields/],
    [{ envelope: { type: '' } }, /envelope/],
    [{ envelope: { type: 't', dta: 'd' } }, /envelope/],
    [{ envelope: { type: 't' }, pack: () => '' }, /give one or the others/],
    [{ pack: 'a' }, /Option pack of plain\(\) must be a function/],
    [{ unpack: {} }, /unpack.*function/],
    [{ hello: 5 }, /hello.*a message, a list of messages, or a function/],
    [{ hello: '' }, /hello/],
    [{ ping: 'ping' }, /ping.*\{ everyMs, message \}/],
    [{ ping: { everyMs: 0, message: 'p' } }, /ping/],
    [{ ping: { everyMs: 1000 } }, /ping/],
    [{ ping: { everyMs: Infinity, message: 'p' } }, /ping/],
    [{ end: '[DONE]' }, /end.*function/],
    [{ closeCodes: { 4000: 'final' } }, /closeCodes.*'end', 'unauthorized', 'failed' or 'retry'/],
    [{ closeCodes: { 400: 'end' } }, /closeCodes/],
    [{ codecs: { websocket: 'json' } }, /codecs.*by the name of a transport/],
    [{ envelop: {} }, /did you mean envelope\?/],
    [{ heartbeat: 5 }, /did you mean heartbeatMs\?/],
    [{ resume: 'yes' }, /resume/],
    [null, /takes an object/],
  ])('%j', (options: unknown, pattern) => {
    expect(() => Reflect.apply(plain, undefined, [options])).toThrow(bad(pattern))
  })

  test('takes all that is right', () => {
    const options = {
      envelope: { type: 't', data: undefined, id: 'i' },
      pack: undefined,
      hello: [{ a: 1 }],
      ping: { everyMs: 20_000, message: () => 'p' },
      end: () => false,
      closeCodes: { 1008: 'retry', 4999: 'end' },
      codecs: { eventsource: { decode: (text: string) => text } },
      resume: 'query',
    } as const
    expect(() => plain(options)).not.toThrow()
    expect(() => plain()).not.toThrow()
  })
}

function ofSmall() {
  test.each(['envelope', 'pack', 'unpack', 'hello', 'ping', 'end', 'closeCodes', 'codecs'])(
    'says where %s is',
    (name) => {
      const options: object = { [name]: () => {} }
      expect(() => small(options)).toThrow(
        bad(new RegExp(`Option ${name} of plain.*it is an option of plain from steadywire/plain`)),
      )
    },
  )
}

if (__DEV__) {
  describe('plain of the whole entry', ofWhole)
  describe('plain of the default entry', ofSmall)
} else {
  test('the production build checks nothing', () => {
    const options: object = { hello: 5, envelop: 1 }
    expect(() => plain(options)).not.toThrow()
  })
}
