import { connect } from 'steadywire'
import { fetchstream } from 'steadywire/fetchstream'
import { mercure } from 'steadywire/mercure'

const topic = 'https://example.com/books/1'

export const wire = connect<{ message: { title: string } }, { message: { title: string } }>(
  `/.well-known/mercure?topic=${encodeURIComponent(topic)}`,
  {
    protocol: mercure({ topic, private: true, heartbeatMs: 40_000 }),
    transports: [fetchstream()],
    headers: () => ({ authorization: `Bearer ${localStorage.token}` }),
  },
)

wire.on('message', ({ title }) => console.log(title))
wire.connection.on('gap', () => console.log('Load the book again'))

export async function rename(title: string) {
  console.log(`published as ${await wire.send('message', { title })}`)
}
