import { connect, plain, text, websocket } from 'steadywire'

export const wire = connect<{ message: string }, { line: string }>('/ws', {
  protocol: plain(),
  transports: [websocket],
  codec: text,
})

wire.on('message', (line) => console.log(line))
wire.connection.on('open', () => wire.send('line', 'hello'))
