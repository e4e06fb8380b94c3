import { connect, eventsource, plain, text } from 'steadywire'

export const wire = connect<{ message: string }, { line: (line: string) => string }>(
  { eventsource: '/news.php', send: '/say.php' },
  {
    protocol: plain({ retryMs: 1000 }), // without `resume`: one id for all is no cursor
    transports: [eventsource],
    codec: text,
  },
)

wire.on('message', (line) => console.log(line))
wire.connection.on('gap', () => console.log('Some news may be missing'))

export async function say(line: string) {
  console.log(await wire.send('line', JSON.stringify({ text: line })))
}
