/** Socket.IO's own server, which recovers a connection, and Flask-SocketIO, which does not: both transports, bytes too. */
import { expect, test } from './fixtures.ts'
import { proves } from './proofs.ts'
import { clientIn } from './support/recipes.ts'

const TRANSPORTS = ['websocket', 'polling'] as const

for (const { name, line, port, recovers } of [
  { name: 'Socket.IO', line: 'node server.mjs', port: 3000, recovers: true },
  { name: 'Flask-SocketIO', line: 'python3 app.py', port: 5000, recovers: false },
] as const) {
  for (const transport of TRANSPORTS) {
    test(`${name}, ${transport}: a chat, bytes, and a cut`, async ({ servers }) => {
      const server = await servers.start('socketio', line, port)
      const client = await clientIn('socketio', 'chat.ts')
      const chat = await server.visitWith(client.replace('[websocket, polling]', `[${transport}]`))
      await chat.printed(new RegExp(`^\\* open ${transport} `))
      await server.post('/chat', { from: 'Grace', text: 'hello' })
      await chat.printed('Grace: hello')
      await chat.page.evaluate("recipe.say('I am here')")
      await chat.printed('Ada: I am here')
      await chat.printed('said')
      await chat.page.evaluate('recipe.show(0, 1, 255)')
      await chat.printed('a picture: 0,1,255')
      const skills = ['receive', 'named events', 'send', 'ack', 'binary'] as const
      proves(`${name} | ${transport}`, ...skills)

      // A browser repeats a poll whose kept connection was reset: the session goes on as if nothing had been.
      if (transport === 'polling') return
      server.proxy.cut()
      await server.post('/chat', { from: 'Grace', text: 'nobody listens' })
      await chat.printed(new RegExp(`^\\* open ${transport} `), 2)
      await server.post('/chat', { from: 'Grace', text: 'again' })
      await chat.printed('Grace: again')
      expect(chat.own().slice(4)).toEqual([
        recovers ? 'Grace: nobody listens' : 'Load the chat again',
        'Grace: again',
      ])
      proves(`${name} | ${transport}`, recovers ? 'resume' : 'gap known')
    })
  }
}
