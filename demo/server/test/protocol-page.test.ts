// The server that PROTOCOL.md prints is taken out of it, run, and held to the same checks as the reference server.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createMemoryStore, createSteadywireServer, MessageRefused } from '../index.ts'
import { describeConformance, type ServerUnderTest } from './support/conformance.ts'
import { CONFORMANCE_HEARTBEAT_MS, CONFORMANCE_RETAINED } from './support/conformance-tools.ts'
import { listen } from './support/running-server.ts'
import { openStream, type TransportName } from './support/streams.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const TEXT = readFileSync(`${ROOT}PROTOCOL.md`, 'utf8')

function pageOfCode(): string {
  const section = TEXT.slice(TEXT.indexOf('## 10. A complete server in one page of code'))
  const code = /^```js\n(.*?)^```$/ms.exec(section)?.[1]
  if (code === undefined) throw new Error('PROTOCOL.md has no server in section 10')
  return code
}

interface RunningPage extends ServerUnderTest {
  readonly child: ChildProcess
}

async function runPage(): Promise<RunningPage> {
  const env = { ...process.env, PORT: '0', HEARTBEAT_MS: String(CONFORMANCE_HEARTBEAT_MS) }
  // From here its import of `ws` finds the project's own.
  const child = spawn(process.execPath, ['--input-type=module', '-'], {
    cwd: ROOT,
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(pageOfCode())
  const [line] = await once(child.stdout, 'data')
  const port = /^Port (\d+)\n$/.exec(String(line))?.[1]

  return {
    child,
    url: `http://127.0.0.1:${port}/live`,
    async stop() {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
    },
  }
}

async function runReference(): Promise<ServerUnderTest> {
  const server = createSteadywireServer({
    store: createMemoryStore({ maxEvents: CONFORMANCE_RETAINED }),
    heartbeatMs: CONFORMANCE_HEARTBEAT_MS,
    async onMessage({ type, data }) {
      if (data === '') throw new MessageRefused('empty', 'Say something')
      return { id: await server.publish(type, data) }
    },
  })
  const http = createServer((request, response) => {
    if (!server.handleRequest(request, response)) response.writeHead(404).end()
  })
  http.on('upgrade', server.handleUpgrade)
  const url = `http://127.0.0.1:${await listen(http)}/live`

  return {
    url,
    async stop() {
      server.dropAll()
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}

describeConformance('the server in PROTOCOL.md', runPage)
describeConformance('the reference server', runReference)

describe('the server in PROTOCOL.md', () => {
  // Between two polls no client is there, and from outside it cannot be seen when that is.
  test.each<TransportName>(['websocket', 'eventsource'])(
    'says farewell over %s when it is stopped',
    async (transport) => {
      const page = await runPage()
      onTestFinished(page.stop)
      const stream = await openStream(transport, page.url)
      onTestFinished(stream.close)
      page.child.kill('SIGTERM')
      const close = await stream.blocks.nextThat(({ type }) => type === 'sw:close')
      expect(JSON.parse(close.data)).toEqual({ reason: 'restart', reconnectMs: 1_000 })
      const [code] = await once(page.child, 'close')
      expect(code).toBe(0)
    },
  )

  test('fits on about a page', () => {
    const lines = pageOfCode().trimEnd().split('\n')
    expect(lines.length).toBeLessThanOrEqual(125)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100)
  })
})

test('every control event that PROTOCOL.md shows is well-formed', () => {
  const shown = [...TEXT.matchAll(/^ *event: (sw:\w+)\n *data: (.*)$/gm)]
  expect(shown.length).toBeGreaterThan(12)
  const members: Record<string, string> = {
    'sw:hello': 'continuity,heartbeatMs,retryMs,maxMessageBytes',
    'sw:ping': '',
    'sw:ack': 'seq,reply|seq,error|seq,unknown',
    'sw:close': 'reason,reconnectMs|reason,final',
  }
  for (const [, type = '', data = ''] of shown) {
    const names = Object.keys(JSON.parse(data)).join(',')
    expect(members[type]?.split('|'), type).toContain(names)
  }
})
