import { connect } from 'steadywire'
import { attachments, polling, socketio, websocket } from 'steadywire/socketio'

interface Line {
  from: string
  text: string
}

export const wire = connect<
  { chat: Line; picture: Uint8Array },
  { chat: Line; picture: Uint8Array }
>('/socket.io/', {
  protocol: socketio({ acks: ['chat'] }),
  transports: [websocket, polling],
  codec: attachments,
})

wire.on('chat', ({ from, text }) => console.log(`${from}: ${text}`))
wire.on('picture', (bytes) => console.log(`a picture: ${bytes}`))
wire.connection.on('gap', () => console.log('Load the chat again'))

export async function say(text: string) {
  await wire.send('chat', { from: 'Ada', text })
  console.log('said')
}

export function show(...bytes: number[]) {
  return wire.send('picture', new Uint8Array(bytes))
}
