// Checks of the options of `socketio`, and of the transports beside it, in the development build.
import { describe, expect, test } from 'vitest'
import { byType, bytes } from '../../src/formats/index.ts'
import { connect, json } from '../../src/index.ts'
import { polling, socketio } from '../../src/socketio.ts'
import { createFakeEnvironment } from '../support/fake-environment.ts'

describe('an option of socketio says what to do', () => {
  test.each([
    [{ namespace: 'chat' }, /namespace of socketio\(\) must begin with a slash/],
    [{ namespace: '/a?b' }, /no comma and no query/],
    [{ auth: 'token' }, /auth of socketio\(\) must be an object, or a function/],
    [{ acks: 'chat' }, /acks of socketio\(\) must be a list of types/],
    [{ lists: [1] }, /must be a list of types/],
    [{ replies: { a: 1 } }, /must be an object of functions/],
    [{ passing: true }, /must be a function/],
    [{ reconnect: 1 }, /must be a boolean/],
    [{ repeat: 'yes' }, /must be a boolean/],
    [{ path: '/socket.io' }, /it is the path of the URL/],
    [{ namespce: '/a' }, /did you mean namespace\?/],
    [null, /takes an object of options, or nothing/],
  ])('%o', (options, remedy) => {
    expect(() => Reflect.apply(socketio, undefined, [options])).toThrow(remedy)
  })

  test('transports that it does not speak over are named', () => {
    const { environment } = createFakeEnvironment()
    expect(() => connect('/socket.io/', { environment, protocol: socketio() })).toThrow(
      /transports takes websocket and polling of steadywire\/socketio/,
    )
  })

  test.each([bytes, byType({ image: bytes }, json)])(
    'a codec of bytes is told its own',
    (codec) => {
      const { environment } = createFakeEnvironment()
      const options = { environment, protocol: socketio(), transports: [polling], codec }
      expect(() => connect('/socket.io/', options)).toThrow(
        /pass attachments of steadywire\/socketio/,
      )
    },
  )
})
