import { connect } from 'steadywire'
import { nchan } from 'steadywire/nchan'

export const wire = connect<{ message: { text: string } }, { say: { text: string } }>('/room', {
  protocol: nchan({ bufferMs: 3_600_000 }),
})

wire.on('message', ({ text }, { id }) => console.log(`${text} (${id ? 'with an id' : 'without'})`))
wire.connection.on('gap', () => console.log('Load the room again'))

export async function say(text: string) {
  await wire.send('say', { text })
  console.log('published')
}
