import { connect, eventsource, plain } from 'steadywire'

interface Price {
  name: string
  euro: number
}

export const wire = connect<{ price: Price }>('/prices', {
  protocol: plain({ retryMs: 1000 }),
  transports: [eventsource],
})

wire.on('price', ({ name, euro }, { id }) => console.log(`${id}: ${name} ${euro}`))
wire.connection.on('gap', () => console.log('Prices may be missing: load them again'))
