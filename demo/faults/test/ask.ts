/** Requests as Node's own client makes them. */
import { once } from 'node:events'
import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http'
import { onTestFinished } from 'vitest'

export function agentOfOneConnection(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  return agent
}

/** One request, answered whole. */
export async function ask(options: RequestOptions, body: Iterable<Uint8Array | string> = []) {
  const asked = request({ host: '127.0.0.1', path: '/live', ...options })
  const answered = once(asked, 'response')
  for (const chunk of body) asked.write(chunk)
  asked.end()
  const [response] = (await answered) as [IncomingMessage]
  const parts: Buffer[] = []
  for await (const part of response) parts.push(part)
  return { status: response.statusCode, complete: response.complete, body: Buffer.concat(parts) }
}
