import { createChannel, createSession } from 'better-sse'
import express from 'express'

const app = express()
const channel = createChannel()

app.get('/events', async (request, response) => {
  channel.register(await createSession(request, response))
})

app.post('/chat', express.json(), ({ body }, response) => {
  channel.broadcast(body, 'chat')
  response.json({ readers: channel.sessionCount })
})

app.listen(process.env.PORT ?? 3000)
