import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { Server } from 'socket.io'

const http = createServer(async (request, response) => {
  if (request.method !== 'POST') return response.writeHead(404).end()
  io.emit('chat', await json(request)) // from elsewhere in the application
  response.end('{}')
})
const io = new Server(http, { connectionStateRecovery: {} })

io.on('connection', (socket) => {
  socket.on('chat', (line, done) => {
    io.emit('chat', line)
    done({ at: Date.now() })
  })
  socket.on('picture', (bytes) => socket.emit('picture', bytes))
})

http.listen(process.env.PORT ?? 3000)
