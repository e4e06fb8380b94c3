import express from 'express'

const app = express()
const { PAGES = 'https://app.example', MAX_AGE = '7200' } = process.env

app.use((request, response, next) => {
  response.set('Access-Control-Allow-Origin', PAGES)
  if (request.method !== 'OPTIONS') return next()
  response.set({
    'Access-Control-Allow-Methods': 'POST',
    'Access-Control-Allow-Headers': 'Content-Type, Last-Event-ID, Authorization',
    'Access-Control-Max-Age': MAX_AGE,
  })
  response.status(204).end()
})

app.get('/events', (_request, response) => {
  response.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' })
  response.write('data: "hello"\n\n')
})

app.post('/say', express.json({ type: '*/*' }), ({ body }, response) => {
  response.json({ letters: body.text.length })
})

app.listen(process.env.PORT ?? 3000)
