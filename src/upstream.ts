/** Messages by POST, for transports that can't send: one request in flight, batched as the protocol allows. */
import { createRequester, type TakeAnswer } from './request.ts'
import type { Sink, TransportConnection, TransportRequest } from './types.ts'

/** A batch is not grown beyond this. */
const BATCH_LENGTH = 65_536
/** These speak of the messages; 401, 403, 408, 425, 429 and all others of the connection. */
const MESSAGE_STATUS = /^4(?!0[138]|2[59])/

export const createUpstream = (
  request: TransportRequest,
  sink: Sink,
): Pick<TransportConnection, 'send' | 'close'> => {
  const { protocol, next } = request
  const { send, close } = createRequester(request, sink)
  let busy = false

  return {
    send(messages) {
      if (busy) return 0
      busy = true
      let length = 0
      const batch = messages.slice(0, protocol.batch).filter(({ text }, index) => {
        length += text.length
        return !index || length <= BATCH_LENGTH
      })
      const take: TakeAnswer = (text, _type, cause) => {
        busy = false
        if (!cause) {
          sink.answered(batch, text)
          sink.drained()
        } else if (MESSAGE_STATUS.test(`${cause.status}`)) sink.refused(cause)
        else sink.closed(cause)
      }
      send(next('send'), take, batch.map(({ text }) => text).join(''))
      return batch.length
    },
    close,
  }
}
