import { connect, eventsource, plain, text } from 'steadywire'

export const wire = connect<{ message: string }, { line: string }>('/news', {
  protocol: plain({
    resume: 'query',
    heartbeatMs: 15_000,
    heartbeatType: 'ping',
    contentType: 'text/plain',
  }),
  transports: [eventsource],
  codec: text,
})

wire.on('message', (line, { id }) => console.log(`${line} (${id ? 'with an id' : 'without'})`))

export async function publish(line: string) {
  await wire.send('line', line)
  console.log('published')
}
