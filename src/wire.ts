/** The wire: what an application holds. Puts the parts together. */

import { createAdviser } from './advice.ts'
import { createRateLimit } from './connection/rate-limit.ts'
import type { Input } from './connection/state.ts'
import { createSupervisor, type Supervisor } from './connection/supervisor.ts'
import { createUrls } from './connection/urls.ts'
import { checkOptions, checkUrl, checkWire } from './diagnostics.ts'
import { createDelivery } from './downstream/delivery.ts'
import { unsliced } from './downstream/read-queue.ts'
import { ANY, createEmitter } from './emitter.ts'
import { SteadywireError } from './errors.ts'
import { createNotifier } from './notifier.ts'
import { mergeOptions, type Options, type Outbox } from './options.ts'
import { pageEnvironment } from './platform/environment.ts'
import type { CloseInfo, EventMap, UrlSource, Wire } from './types.ts'

/** Of a wire that receives only. */
const noOutbox: Outbox = {
  send() {
    const fact = __DEV__ && 'No outbox was passed to core'
    const promise = Promise.reject(new SteadywireError('unsupported', fact))
    promise.catch(() => {}) // nobody has to hold it
    return promise
  },
  bufferedBytes: () => 0,
  attach() {},
  detach() {},
  ack() {},
  pump() {},
  leave() {},
  close() {},
}

/** `layers` of options: later ones win. Throws `bad-option`, `bad-url` or `unsupported`. */
export const createWire = <In extends EventMap, Out extends EventMap>(
  source: UrlSource,
  ...layers: readonly (Options | undefined)[]
): Wire<In, Out> => {
  const options = mergeOptions(...layers)
  if (__DEV__) {
    checkOptions(
      options,
      layers.map((layer) => layer ?? {}),
    )
    checkUrl(source, options)
  }
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
  const outbox: Outbox =
    options.outbox?.({
      environment,
      options,
      notifier,
      urlRefreshable: urls.refreshable,
      resolveUrl: (request, transport) =>
        urls.resolve({ ...request, transport: 'send' }, transport, undefined),
      retryDelayMs: (tries, cause) => supervisor.retryDelayMs(tries, cause),
      countAttempt: rateLimit.count,
      dead: (cause) => supervisor.active()?.fail(cause),
    }) ?? noOutbox

  let finish: (info: CloseInfo) => void
  const closed = new Promise<CloseInfo>((resolve) => {
    finish = resolve
  })
  const end = (info: CloseInfo) => {
    closeInfo = info
    unwatch?.()
    if (__DEV__ && unwatchConnection) unwatchConnection()
    signal?.removeEventListener('abort', abort)
    outbox.close(info)
    application.clear()
    finish(info)
    closed.then(connectionEmitter.clear) // once it has emitted the end
  }
  const supervisor: Supervisor = createSupervisor(
    {
      environment,
      options,
      urls,
      delivery,
      outbox,
      createReadQueue: options.slicing ?? unsliced,
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
    on: application.on,
    once: application.once,
    off: application.off,
    onAny: (listener, how) => application.on(ANY, listener, how),
    send: outbox.send as Wire<In, Out>['send'],
    get bufferedBytes() {
      return outbox.bufferedBytes()
    },
    connection: {
      on: connectionEmitter.on,
      once: connectionEmitter.once,
      off: connectionEmitter.off,
      get state() {
        return supervisor.state().name
      },
      get transport() {
        return supervisor.active()?.record.transport
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
