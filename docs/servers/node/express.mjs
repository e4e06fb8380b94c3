import express from 'express'

const app = express()
const lines = []
const readers = new Set()

app.get('/events', (request, response) => {
  response.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' })
  response.flushHeaders()
  const from = Number(request.query.lastEventId ?? lines.length)
  for (const line of lines.slice(from)) response.write(block(line))
  readers.add(response)
  response.on('close', () => readers.delete(response))
})

app.post('/chat', express.json(), ({ body }, response) => {
  const line = { ...body, id: lines.length + 1 }
  lines.push(line)
  for (const reader of readers) reader.write(block(line))
  response.json({ id: line.id })
})

function block({ id, ...line }) {
  return `id: ${id}\nevent: chat\ndata: ${JSON.stringify(line)}\n\n`
}

app.listen(process.env.PORT ?? 3000)
