import { connect, eventsource, plain } from 'steadywire'

interface Line {
  from: string
  text: string
}

export const wire = connect<{ chat: Line }, { chat: (line: Line) => { id: number } }>(
  { eventsource: '/events', send: '/chat' },
  { protocol: plain({ resume: 'query' }), transports: [eventsource] },
)

wire.on('chat', ({ from, text }, { id }) => console.log(`${id} ${from}: ${text}`))

export async function say(text: string) {
  const { id } = await wire.send('chat', { from: 'Ada', text })
  console.log(`said as ${id}`)
}
