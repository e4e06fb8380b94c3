import { connect, plain, text } from 'steadywire'

export const wire = connect<{ message: string }, { price: (text: string) => string }>(
  { websocket: '/ws', eventsource: '/events', longpoll: '/poll', send: '/price' },
  { protocol: plain({ contentType: 'text/plain' }), codec: text },
)

wire.on('message', (price) => console.log(`price ${price}`))

export async function setPrice(price: string) {
  console.log(await wire.send('price', price))
}
