/** The wire: what an application holds. */
import { createAddresses } from './addresses.ts'
import { createEmitter } from './emitter.ts'
import { pageEnvironment } from './environment.ts'
import { createInbound } from './inbound.ts'
import { watchPage } from './lifecycle.ts'
import { createNews } from './news.ts'
import { checkOptions } from './options.ts'
import { createOutbound } from './outbound.ts'
import { createRunner, type Runner } from './runner.ts'
import type { CloseInfo, EventMap, Options, UrlSource, Wire } from './types.ts'

/** `layers` of options: later ones win. Throws `bad-option`, `bad-url` or `unsupported`. */
export const createWire = <In extends EventMap, Out extends EventMap>(
  source: UrlSource,
  ...layers: readonly Options[]
): Wire<In, Out> => {
  const options = checkOptions(...layers)
  const environment = options.environment ?? pageEnvironment()
  const { signal } = options

  const life = createEmitter(environment)
  const news = createNews(life)
  const application = createEmitter(environment, (type) => runner.listen(type))
  const inbound = createInbound(
    options,
    application,
    news,
    () => runner.state().attempts.length > 1,
  )
  const outbound = createOutbound(environment, options, news, (cause) =>
    runner.active()?.fail(cause),
  )
  const addresses = createAddresses(environment, source, options, (error) =>
    news.tell('error', error),
  )

  let finish: (info: CloseInfo) => void
  const closed = new Promise<CloseInfo>((resolve) => {
    finish = resolve
  })
  const runner: Runner = createRunner(
    { environment, options, addresses, inbound, outbound, types: application.types },
    news,
    (info) => {
      unwatch()
      signal?.removeEventListener('abort', abort)
      outbound.close(info.error)
      application.clear()
      finish(info)
      closed.then(life.clear) // once it has told of the end
    },
  )
  const wake = () => runner.apply({ type: 'wake' })
  const close = (reason: CloseInfo['reason']) => runner.apply({ type: 'close', reason })
  const abort = () => close('aborted')
  wake() // first: should a part throw, nothing is to be let go of
  const unwatch = watchPage(environment, wake, () => runner.apply({ type: 'suspend' }))
  signal?.addEventListener('abort', abort)
  if (signal?.aborted) abort()

  return {
    on: application.on,
    once: application.once,
    off: application.off,
    send: outbound.send as Wire<In, Out>['send'],
    get bufferedBytes() {
      return outbound.bufferedBytes()
    },
    connection: {
      on: life.on,
      once: life.once,
      off: life.off,
      get state() {
        return runner.state().name
      },
      get transport() {
        return runner.active()?.record.transport
      },
      get lastEventId() {
        return inbound.lastEventId()
      },
      get attempts() {
        return runner.attempts()
      },
      reconnect: wake,
    },
    close: () => close('closed'),
    closed,
  }
}
