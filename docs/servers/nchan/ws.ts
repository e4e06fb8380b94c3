import { connect, plain, text, websocket } from 'steadywire'

export const wire = connect<{ message: string }, { line: string }>('/news', {
  protocol: plain(),
  transports: [websocket],
  codec: text,
})

wire.on('message', (line) => console.log(line))
wire.connection.on('gap', () => console.log('Some news may be missing'))

export async function publish(line: string) {
  await wire.send('line', line)
}
