import { connect, eventsource, plain, text } from 'steadywire'

interface Chunk {
  choices: { delta: { content?: string } }[]
}

export const wire = connect<{ message: string }>('/answer', {
  protocol: plain(),
  transports: [eventsource],
  codec: text, // since [DONE] is no JSON
})

let answer = ''
wire.on('message', (line) => {
  if (line === '[DONE]') {
    wire.close()
    return console.log(answer)
  }
  const { choices }: Chunk = JSON.parse(line)
  answer += choices[0]?.delta.content ?? ''
})
