import { connect, plain, websocket } from 'steadywire'

interface Line {
  from: string
  text: string
}

export const wire = connect<{ message: Line }, { line: Line }>('/chat', {
  protocol: plain(),
  transports: [websocket],
})

wire.on('message', ({ from, text }) => console.log(`${from}: ${text}`))
wire.connection.on('gap', () => console.log('Lines may be missing: load the chat again'))

export async function say(text: string) {
  await wire.send('line', { from: 'Ada', text })
}
