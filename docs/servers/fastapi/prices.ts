import { connect, eventsource, plain } from 'steadywire'

interface Price {
  name: string
  euro: number
}

export const wire = connect<{ price: Price }, { price: (price: Price) => { id: number } }>(
  { eventsource: '/events', send: '/prices' },
  {
    protocol: plain({ resume: 'query', retryMs: 1000 }),
    transports: [eventsource],
  },
)

wire.on('price', ({ name, euro }, { id }) => console.log(`${id}: ${name} ${euro}`))

export async function setPrice(price: Price) {
  const { id } = await wire.send('price', price)
  console.log(`stored as ${id}`)
}
