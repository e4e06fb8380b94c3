import compression from 'compression'
import express from 'express'

const app = express()
app.use(compression())

app.get('/held', (_request, response) => {
  response.set({ 'Content-Type': 'text/event-stream' })
  response.write('data: "hello"\n\n') // waits in the compressor, and the headers with it
})

app.get('/events', (_request, response) => {
  response.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache, no-transform' })
  response.write('data: "hello"\n\n')
})

app.listen(process.env.PORT ?? 3000)
