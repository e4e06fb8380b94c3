import { connect, eventsource, plain } from 'steadywire'

interface Line {
  from: string
  text: string
}

export const wire = connect<{ chat: Line }, { chat: (line: Line) => { readers: number } }>(
  { eventsource: '/events', send: '/chat' },
  { protocol: plain(), transports: [eventsource] }, // its ids are random, and it keeps no log
)

wire.on('chat', ({ from, text }) => console.log(`${from}: ${text}`))
wire.connection.on('gap', () => console.log('Lines may be missing: load the chat again'))

export async function say(text: string) {
  const { readers } = await wire.send('chat', { from: 'Ada', text })
  console.log(`read by ${readers}`)
}
