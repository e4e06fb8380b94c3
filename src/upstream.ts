/** Messages by POST, for transports that can't send: one request in flight, batched as the protocol allows. */
import { type Answer, answerCause, sendRequest } from './request.ts'
import type { OutgoingMessage, Sink, TransportConnection, TransportRequest } from './types.ts'

/** A batch is not grown beyond this. */
const BATCH_LENGTH = 65_536
/** These speak of the connection, not of the messages. */
const CONNECTION_STATUS = /^(0|401|403|408|425|429|[235]\d\d)$/

/** As many messages as fit into one request, at least one. */
const takeBatch = (messages: readonly OutgoingMessage[], most: number) => {
  let length = 0
  return messages.slice(0, most).filter(({ text }, index) => {
    length += text.length
    return !index || length <= BATCH_LENGTH
  })
}

export const createUpstream = (
  { environment, protocol, withCredentials, next }: TransportRequest,
  sink: Sink,
): Pick<TransportConnection, 'send' | 'close'> => {
  let busy = false
  let over = false
  let abort = () => {}

  const post = (url: string, batch: readonly OutgoingMessage[]) => {
    if (over) return
    const body = batch.map(({ text }) => text).join('')
    const { contentType } = protocol
    const done = (answer: Answer) => take(answer, batch)
    abort = sendRequest(environment, url, withCredentials, done, { body, contentType })
  }
  const take = (answer: Answer, batch: readonly OutgoingMessage[]) => {
    const { status, text, contentType } = answer
    busy = false
    if (protocol.accepts(status, contentType)) {
      if (protocol.acknowledges) sink.text(text, contentType)
      sink.answered(batch, text)
      sink.drained()
    } else if (CONNECTION_STATUS.test(String(status))) sink.closed(answerCause(answer))
    else sink.refused(answerCause(answer))
  }

  return {
    send(messages) {
      if (busy) return 0
      const batch = takeBatch(messages, protocol.batch)
      busy = true
      next('send').then((url) => post(url, batch), sink.closed)
      return batch.length
    },
    close() {
      over = true
      abort()
    },
  }
}
