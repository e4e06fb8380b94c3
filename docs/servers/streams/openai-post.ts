import { connect, plain, text } from 'steadywire'
import { fetchstream } from 'steadywire/fetchstream'

interface Chunk {
  choices: { delta: { content?: string } }[]
}

const question = {
  model: 'a-model',
  stream: true,
  messages: [{ role: 'user', content: 'How do you say hello in Bavaria?' }],
}

export const wire = connect<{ message: string }>('/v1/chat/completions', {
  protocol: plain(),
  transports: [fetchstream({ body: JSON.stringify(question) })],
  headers: { 'content-type': 'application/json' },
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
