import { WebSocketServer } from 'ws'

const server = new WebSocketServer({ port: Number(process.env.PORT ?? 3000), path: '/chat' })

server.on('connection', (socket) => {
  socket.on('message', (text) => {
    const line = JSON.parse(text)
    for (const client of server.clients) client.send(JSON.stringify(line))
  })
})
