// The smallest whole: a page, the stream that it shows, and one server for both. README prints it.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createSteadywireServer } from './server/index.ts'
import { listen } from './server/listen.ts'

const PAGE = `<!doctype html>
<meta charset="utf-8">
<title>Quickstart</title>
<p>Tick <output id="tick">–</output></p>
<p><button id="hello">Say hello</button> <output id="chat"></output></p>
<script src="/steadywire.dev.js"></script>
<script>
  const byId = (id) => document.getElementById(id)
  const wire = Steadywire.connect('/live')
  wire.on('tick', ({ n }) => { byId('tick').textContent = n })
  wire.on('chat', (text) => { byId('chat').append(text, ' ') })
  byId('hello').onclick = () => wire.send('chat', 'hello')
</script>`
const CLIENT = readFileSync(new URL('../dist/steadywire.dev.js', import.meta.url))

const live = createSteadywireServer({
  onMessage: ({ type, data }) => live.publish(type, data), // what a page sends goes to all pages
})
const http = createServer((request, response) => {
  if (live.handleRequest(request, response)) return // GET and POST of /live
  if (request.url === '/') response.setHeader('Content-Type', 'text/html').end(PAGE)
  else if (request.url === '/steadywire.dev.js') response.end(CLIENT)
  else response.writeHead(404).end()
})
http.on('upgrade', (request, socket, head) => {
  if (!live.handleUpgrade(request, socket, head)) socket.destroy()
})

let n = 0
setInterval(() => live.publish('tick', JSON.stringify({ n: ++n })), 1_000)
const port = await listen(http, '127.0.0.1', Number(process.env.PORT ?? 8080), true) // or the next one
console.log(`Open http://127.0.0.1:${port}/`)
