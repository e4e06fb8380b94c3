/** Requests as Node's own client makes them. */
import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http'
import { onTestFinished } from 'vitest'

export function agentOfOneConnection(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  return agent
}

/** Sends one request, and reads the whole answer. */
export async function ask(options: RequestOptions, body: Iterable<Uint8Array | string> = []) {
  const asked = request({ host: '127.0.0.1', path: '/live', ...options })
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    asked.once('response', resolve)
    asked.once('error', reject)
  })
  for (const chunk of body) asked.write(chunk)
  asked.end()

  const response = await answered
  const parts: Buffer[] = []
  for await (const part of response) parts.push(part)
  return { status: response.statusCode, complete: response.complete, body: Buffer.concat(parts) }
}
