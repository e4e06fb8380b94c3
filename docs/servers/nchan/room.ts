import { connect, eventsource, longpoll, websocket } from 'steadywire'
import { nchan } from 'steadywire/nchan'

export const open = (transports = [websocket, eventsource, longpoll]) => {
  const wire = connect<{ message: { text: string } }, { say: { text: string } }>('/room', {
    protocol: nchan({ bufferMs: 3_600_000 }),
    transports,
  })
  wire.on('message', ({ text }, { id }) =>
    console.log(`${text} (${id ? 'with an id' : 'without'})`),
  )
  return wire
}

export const wire = open()
