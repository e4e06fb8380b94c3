import { connect, plain } from 'steadywire'
import { fetchstream } from 'steadywire/fetchstream'

let token = ''

async function signIn(): Promise<string> {
  const answer = await fetch('/token', { method: 'POST' })
  return (await answer.json()).token
}

export const wire = connect<{ message: string }>('/events', {
  protocol: plain({ heartbeatMs: 15_000 }), // its pings are comments, which fetchstream sees
  transports: [fetchstream()],
  headers: async ({ reason }) => {
    if (!token || reason === 'unauthorized') {
      token = await signIn()
      console.log(`signed in: ${reason}`)
    }
    return { authorization: `Bearer ${token}` }
  },
})

wire.on('message', (text) => console.log(text))
