/** The wire: what an application holds. Puts the parts together. */

import { createAdviser } from './advice.ts'
import { checkWire } from './call-checks.ts'
import { createRateLimit } from './connection/rate-limit.ts'
import type { Input } from './connection/state.ts'
import { createSupervisor, type Supervisor } from './connection/supervisor.ts'
import { createUrls } from './connection/urls.ts'
import { checkOptions, checkUrl } from './diagnostics.ts'
import { createDelivery } from './downstream/delivery.ts'
import { ANY, createEmitter } from './emitter.ts'
import { createNotifier } from './notifier.ts'
import { mergeOptions, type Options } from './options.ts'
import { pageEnvironment } from './platform/environment.ts'
import type { CloseInfo, EventMap, UrlSource, Wire } from './types.ts'

/** `layers` of options: later ones win. Throws `bad-option`, `bad-url` or `unsupported`. */
export const createWire = <In extends EventMap, Out extends EventMap>(
  source: UrlSource,
  ...layers: readonly (Options | undefined)[]
): Wire<In, Out> => {
  const given = mergeOptions(...layers)
  if (__DEV__) {
    checkOptions(
      given,
      layers.map((layer) => layer ?? {}),
    )
    checkUrl(source, given)
  }
  const options = { ...given, ...given.codec.adapt?.(given) }
  const environment = pageEnvironment(options.environment)
  const isPage = environment.addEventListener !== undefined // else it is rendered on a server
  const { signal } = options

  let closeInfo: CloseInfo | undefined
  const connectionEmitter = createEmitter(environment)
  const notifier = createNotifier(connectionEmitter, () => supervisor.snapshot())
  const adviser = __DEV__ ? createAdviser(environment, options, connectionEmitter) : undefined
  const application = createEmitter(environment, (type, isListened) =>
    supervisor.listen(type, isListened),
  )
  const delivery = createDelivery(
    options,
    application,
    notifier,
    () => supervisor.state().attempts.length > 1,
  )
  const urls = createUrls(
    environment,
    __DEV__ && adviser ? adviser.watchSource(source) : source,
    options,
    isPage,
    (problem) => notifier.emit('error', problem),
  )
  const rateLimit = createRateLimit(() => environment.performance.now(), urls.transports.length)
  const outbox = options.outbox({
    environment,
    options,
    notifier,
    urls,
    retryDelayMs: (tries, cause) => supervisor.retryDelayMs(tries, cause),
    countAttempt: rateLimit.count,
    fail: (cause) => supervisor.active()?.fail(cause),
  })

  const closed = new Promise<CloseInfo>((resolve) => {
    connectionEmitter.methods.on('close', resolve)
  })
  const end = (info: CloseInfo) => {
    closeInfo = info
    unwatch?.()
    if (__DEV__ && unwatchConnection) unwatchConnection()
    signal?.removeEventListener('abort', abort)
    delivery.close()
    outbox.close(info)
    application.clear()
    closed.then(connectionEmitter.clear) // once it has emitted the end
  }
  const supervisor: Supervisor = createSupervisor(
    {
      environment,
      options,
      urls,
      delivery,
      outbox,
      types: application.types,
      advise: __DEV__ ? adviser?.advise : undefined,
    },
    notifier,
    rateLimit,
    end,
  )
  const close = (reason: CloseInfo['reason']) => supervisor.dispatch({ type: 'close', reason })
  const abort = () => close('aborted')
  const start = (input: Input) => {
    if (isPage) supervisor.dispatch(input)
  }
  start({ type: 'restart' }) // first: should a part throw, nothing is to be closed
  const unwatch = options.pageLifecycle?.(environment, {
    leave: outbox.leave,
    suspend: () => supervisor.dispatch({ type: 'suspend' }),
    wake: () => supervisor.dispatch({ type: 'wake' }),
  })
  const unwatchConnection = __DEV__ && adviser?.watchConnection(supervisor.attempts)
  signal?.addEventListener('abort', abort)
  if (signal?.aborted) abort()

  const wire: Wire<In, Out> = {
    ...application.methods,
    onAny: (listener, how) => application.methods.on(ANY, listener, how),
    send: outbox.send as Wire<In, Out>['send'],
    get bufferedBytes() {
      return outbox.bufferedBytes()
    },
    connection: {
      ...connectionEmitter.methods,
      get state() {
        return notifier.snapshot().state
      },
      get transport() {
        return notifier.snapshot().transport
      },
      get lastEventId() {
        return delivery.shownEventId()
      },
      get attempts() {
        return [...supervisor.attempts()]
      },
      get error() {
        return notifier.snapshot().error
      },
      get closed() {
        return closeInfo
      },
      get snapshot() {
        return notifier.snapshot()
      },
      reconnect: () => start({ type: 'wake', isDeliberate: true }),
      restart({ lastEventId = '' } = {}) {
        if (closeInfo) return
        delivery.restart(lastEventId)
        start({ type: 'restart' })
      },
    },
    close: () => close('closed'),
    closed,
  }
  return __DEV__ && adviser ? checkWire(wire, options, adviser.advise) : wire
}
