import { connect, eventsource, plain } from 'steadywire'

interface Line {
  from: string
  text: string
}

export const wire = connect<{ chat: Line }, { chat: (line: Line) => { heard_by: number } }>(
  { eventsource: '/events', send: '/messages' },
  {
    protocol: plain({ heartbeatMs: 15_000, heartbeatType: 'ping' }),
    transports: [eventsource],
  },
)

wire.on('chat', ({ from, text }) => console.log(`${from}: ${text}`))
wire.connection.on('gap', () => console.log('Lines may be missing: load the chat again'))

export async function say(text: string) {
  const { heard_by } = await wire.send('chat', { from: 'Ada', text })
  console.log(`heard by ${heard_by}`)
}
