import { connect, plain } from 'steadywire'
import { fetchstream } from 'steadywire/fetchstream'

interface Price {
  name: string
  euro: number
}

export const wire = connect<{ price: Price }, { price: (price: Price) => { id: number } }>(
  { fetchstream: '/events', send: '/prices' },
  { protocol: plain({ resume: 'header' }), transports: [fetchstream()] },
)

wire.on('price', ({ name, euro }, { id }) => console.log(`${id}: ${name} ${euro}`))

export async function setPrice(price: Price) {
  const { id } = await wire.send('price', price)
  console.log(`stored as ${id}`)
}
