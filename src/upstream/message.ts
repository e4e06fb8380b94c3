/** One message: what it may be, how long its sender waits, and what its answer means. */
import type { Codec } from '../codecs.ts'
import { type Cause, describe, type ErrorCode, isUnauthorized, SteadywireError } from '../errors.ts'
import type { CheckedOptions } from '../options.ts'
import { createDeadline } from '../platform/deadline.ts'
import type { Environment } from '../platform/environment.ts'
import type { Ack } from '../protocols/protocol.ts'
import type { CloseInfo, SendOptions } from '../types.ts'

export interface Message {
  readonly seq: number
  readonly text: string
  /** What the text takes in UTF-8. */
  readonly bytes: number
  /** Handed to a connection at least once: from then on its outcome may be unknown. */
  isSent: boolean
  /** A connection or a POST that had it ended without an answer: it may have been processed. */
  isDoubtful: boolean
  isSettled: boolean
  /** Settles its promise, once, and stops watching its sender. */
  readonly settle: (error?: SteadywireError, reply?: unknown) => void
}

/** The error of a message that was withdrawn by its sender. */
export const withdrawn = (code: ErrorCode, cause: unknown) =>
  new SteadywireError(code, __DEV__ && 'Withdrawn before it was sent', cause)

/** The error of a message of which nobody knows whether it was processed. */
export const outcomeUnknown = (cause: unknown) =>
  new SteadywireError('outcome-unknown', __DEV__ && 'Sent, but not known to be processed', cause)

/** The error of a message that is there when the wire ends, or comes after it. */
export const ended = ({ reason, error }: CloseInfo) =>
  new SteadywireError('closed', __DEV__ && `The wire has ended: ${reason}`, error ?? { reason })

export const tooLarge = (bytes: number) =>
  new SteadywireError('too-large', __DEV__ && `${bytes} bytes: more than a message may have`)

/** Throws `bad-event`, `bad-option` or `aborted`. */
export const checkSend = (type: string, options: SendOptions): void => {
  if (typeof type !== 'string' || !/^(?!sw:)[^\0\r\n]+$/.test(type)) {
    throw new SteadywireError('bad-event', __DEV__ && 'Not a type for a message')
  }
  if (typeof options !== 'object' || !options) {
    throw new SteadywireError('bad-option', __DEV__ && 'The options of send are no object')
  }

  const { timeoutMs = 0, signal } = options
  if (typeof timeoutMs !== 'number' || !(timeoutMs >= 0)) {
    throw new SteadywireError('bad-option', __DEV__ && 'timeoutMs is no number from 0 on')
  }
  if (signal !== undefined && !signal?.addEventListener) {
    throw new SteadywireError('bad-option', __DEV__ && 'signal is no AbortSignal')
  }
  checkSignal(options)
}

/** Throws `aborted`. */
export const checkSignal = ({ signal }: SendOptions): void => {
  if (signal?.aborted) throw withdrawn('aborted', signal.reason)
}

/** Throws `codec`. `nextSeq` gives the number once the data is text: making it text may send others. */
export const formatMessage = (
  { protocol, codec }: CheckedOptions,
  nextSeq: () => number,
  type: string,
  data: unknown,
): string => {
  try {
    const text = codec.encode(data)
    return protocol.format(nextSeq(), type, text)
  } catch (cause) {
    throw new SteadywireError('codec', __DEV__ && `Can’t encode the data of ${type}`, cause)
  }
}

export { isUnauthorized }

/** The error of a message that was refused with that status or close code. */
export const errorOfCause = (cause: Cause, isDoubtful: boolean): SteadywireError => {
  // Refused now, but processed perhaps when it was sent before.
  if (isDoubtful) return outcomeUnknown(cause)
  const { status, closeCode } = cause
  const isTooLarge = status === 413 || closeCode === 1009
  const code = isTooLarge ? 'too-large' : 'refused'
  const fact = __DEV__ && `Refused: ${describe(cause)}`
  return new SteadywireError(isUnauthorized(cause) ? 'unauthorized' : code, fact, cause)
}

/** The error in an acknowledgement, if any. */
export const errorOfAck = ({ error, unknown }: Ack): SteadywireError | undefined => {
  if (unknown)
    return new SteadywireError('outcome-unknown', __DEV__ && 'Processed, but its outcome is lost')
  if (!error) return

  const { code, message } = error
  const refusal = { code: String(code), message: String(message) }
  return new SteadywireError('refused', __DEV__ && `Refused: ${code} ${message}`, error, {
    refusal,
  })
}

/** A reply that is not of the codec is given as it is. */
export const decodeReply = (codec: Codec, body: string | undefined): unknown => {
  try {
    return body && codec.decode(body)
  } catch {
    return body
  }
}

/** Calls `onGiveUp` when the signal aborts or the time is over. Returns how to stop watching. */
const watchSender = (
  environment: Environment,
  { signal, timeoutMs = Infinity }: SendOptions,
  onGiveUp: (code: ErrorCode, cause?: unknown) => void,
): (() => void) => {
  const abort = () => onGiveUp('aborted', signal?.reason)
  const timer = createDeadline(environment, () => onGiveUp('timeout'))
  timer.set(timeoutMs)
  signal?.addEventListener('abort', abort)

  return () => {
    timer.clear()
    signal?.removeEventListener('abort', abort)
  }
}

/** A message whose sender is watched. `settled` is called once it is settled. */
export const createMessage = (
  environment: Environment,
  content: Pick<Message, 'seq' | 'text' | 'bytes'>,
  options: SendOptions,
  settled: (message: Message) => void,
  [resolve, reject]: readonly [(reply: unknown) => void, (error: unknown) => void],
): Message => {
  const release = watchSender(environment, options, (code, cause) =>
    message.settle(message.isSent ? outcomeUnknown(cause) : withdrawn(code, cause)),
  )
  const message: Message = {
    ...content,
    isSent: false,
    isDoubtful: false,
    isSettled: false,
    settle(error, reply) {
      if (message.isSettled) return
      message.isSettled = true
      release()
      if (error) reject(error)
      else resolve(reply)
      settled(message)
    },
  }
  return message
}
