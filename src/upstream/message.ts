/** One message: what it may be, and what its answer means. */
import type { Codec } from '../codecs.ts'
import { type Cause, describe, isUnauthorized, SteadywireError } from '../errors.ts'
import type { Frame } from '../protocols/event-block.ts'
import type { Ack } from '../protocols/protocol.ts'
import type { SendOptions } from '../types.ts'

export interface Message {
  readonly seq: number
  /** As it travels over a socket; joined with others, it becomes text. */
  readonly frame: Frame
  /** What it takes as text, in UTF-8. */
  readonly bytes: number
  /** How often it went out without being refused: each time it may have been processed. */
  copies: number
  /** Its sender gave it up while the active socket had it. */
  isWithdrawn: boolean
  /** Settles its promise, once, takes it out of the queue and stops watching its sender. */
  readonly settle: (error?: SteadywireError, reply?: unknown) => void
}

/** What settles a promise. */
export type Settlers = readonly [
  resolve: (reply: unknown) => void,
  reject: (error: unknown) => void,
]

/** The error of a message of which nobody knows whether it was processed. */
export const outcomeUnknown = (cause?: unknown, fact?: string | false) =>
  new SteadywireError(
    'outcome-unknown',
    __DEV__ && (fact || 'Sent, but not known to be processed'),
    cause,
  )

export const tooLarge = (bytes: number) =>
  new SteadywireError('too-large', __DEV__ && `${bytes} bytes: more than a message may have`)

const explainType = (type: unknown): string =>
  typeof type === 'string'
    ? 'Not a type for a message'
    : 'send takes a type first: send(type, data)'

export const explainEncoding = (type: string, cause: unknown): string =>
  `Can’t encode the data of ${type}${cause instanceof Error ? `: ${cause.message}` : ''}`

/** Throws `bad-event` or `bad-option`. */
export const checkSend = (type: string, options: SendOptions): void => {
  if (typeof type !== 'string' || !/^(?!sw:)[^\0\r\n]+$/.test(type)) {
    throw new SteadywireError('bad-event', __DEV__ && explainType(type))
  }

  const given: SendOptions = Object(options)
  const { timeoutMs = 0, signal } = given
  const isTimeout = typeof timeoutMs === 'number' && timeoutMs >= 0
  const isSignal = signal === undefined || signal?.addEventListener
  if (options !== given || !isTimeout || !isSignal) {
    const fact =
      __DEV__ && 'The options of send: timeoutMs, a number from 0 on, and signal, an AbortSignal'
    throw new SteadywireError('bad-option', fact)
  }
}

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

/** What should be a string, and is what the server sent: some objects can't become one. */
const toText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

/** The error in an acknowledgement, if any. */
export const errorOfAck = ({ error, unknown }: Ack): SteadywireError | undefined => {
  if (unknown) return outcomeUnknown(error, __DEV__ && 'Processed, but its outcome is lost')
  if (!error) return

  const [code = '', message = ''] = [error.code, error.message].map(toText)
  const refusal = { code, message }
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
