import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'

const app = new Hono()
const lines = []
const readers = new Set()

app.get('/events', (c) =>
  streamSSE(c, async (stream) => {
    const from = Number(c.req.query('lastEventId') ?? lines.length)
    for (const line of lines.slice(from)) await stream.writeSSE(line)
    readers.add(stream)
    await new Promise((left) => stream.onAbort(left))
    readers.delete(stream)
  }),
)

app.post('/chat', async (c) => {
  const id = String(lines.length + 1)
  const line = { id, event: 'chat', data: JSON.stringify(await c.req.json()) }
  lines.push(line)
  for (const reader of readers) reader.writeSSE(line)
  return c.json({ id: Number(id) })
})

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) })
