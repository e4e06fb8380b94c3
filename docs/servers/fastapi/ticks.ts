import { connect, eventsource, plain } from 'steadywire'

export const wire = connect<{ tick: number }>('/events', {
  protocol: plain({ retryMs: 1000 }), // without `resume`: this server knows no cursor
  transports: [eventsource],
})

wire.on('tick', (n) => console.log(`tick ${n}`))
wire.connection.on('gap', () => console.log('Another count begins'))
