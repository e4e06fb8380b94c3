/** One message: what it may be, how long its sender waits, and what its answer means. */
import { createDeadline } from './deadline.ts'
import { describe, type ErrorCode, SteadywireError } from './errors.ts'
import type { CheckedOptions } from './options.ts'
import type { Ack, Cause, Codec, Environment, SendOptions } from './types.ts'

export const WITHDRAWN = 'Withdrawn before it was sent'

/** Throws `bad-event`, `bad-option` or `aborted`. */
export const checkSend = (type: string, { signal, timeoutMs = 0 }: SendOptions): void => {
  if (!/^(?!sw:)[^\0\r\n]+$/.test(type)) {
    throw new SteadywireError('bad-event', 'A type is one line that does not begin with sw:')
  }
  if (!(timeoutMs >= 0)) throw new SteadywireError('bad-option', 'timeoutMs must be from 0 on')
  if (signal?.aborted) throw new SteadywireError('aborted', WITHDRAWN, signal.reason)
}

/** Throws `codec`. `next` gives the number once the data is text: making it text may send others. */
export const printMessage = (
  { protocol, codec }: CheckedOptions,
  next: () => number,
  type: string,
  data: unknown,
) => {
  try {
    const text = codec.encode(data)
    return protocol.print(next(), type, text)
  } catch (cause) {
    throw new SteadywireError('codec', `The data of ${type} can't be encoded`, cause)
  }
}

export const tooLarge = (bytes: number) =>
  new SteadywireError('too-large', `${bytes} bytes: more than a message may have`)

/** The error for a message that was refused with that status or close code. */
export const refusedFor = (cause: Cause) => {
  const code = cause.status === 413 || cause.closeCode === 1009 ? 'too-large' : 'refused'
  return new SteadywireError(code, `The server refused the message: ${describe(cause)}`, cause)
}

/** The error that an acknowledgement tells of, if any. */
export const refusalOf = ({ error, unknown }: Ack): SteadywireError | undefined => {
  if (unknown) return new SteadywireError('outcome-unknown', 'Processed, but its outcome is lost')
  const text = `The server refused the message: ${error?.code} ${error?.message}`
  return error && new SteadywireError('refused', text, error)
}

/** A reply that is not of the codec is given as it is. */
export const decodeReply = (codec: Codec, body: string | undefined): unknown => {
  try {
    return body && codec.decode(body)
  } catch {
    return body
  }
}

/** Tells when the sender gives up: its signal aborts, or its time is over. Answers how to stop watching. */
export const watchSender = (
  environment: Environment,
  { signal, timeoutMs = Infinity }: SendOptions,
  giveUp: (code: ErrorCode, cause?: unknown) => void,
): (() => void) => {
  const abort = () => giveUp('aborted', signal?.reason)
  const timer = createDeadline(environment, () => giveUp('timeout'))
  timer.set(timeoutMs)
  signal?.addEventListener('abort', abort)
  return () => {
    timer.clear()
    signal?.removeEventListener('abort', abort)
  }
}
