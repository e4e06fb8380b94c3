// Raw bytes through both ports of the demo, and from the server behind the proxy: each connection comes to an end, and
// the processes live. STEADYWIRE_FUZZ_RUNS=5000 makes it longer, STEADYWIRE_FUZZ_SEED=7 different.
import type { Socket } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type FaultState, faultModes, healthyState, requestKinds } from '../index.ts'
import { type Dialled, dial, REQUESTS } from './dial.ts'
import { ODD_CHUNK_SIZES, requestSpeech, responseSpeech, type Speech } from './fuzz-requests.ts'
import { type Program, startProgram } from './program.ts'
import { startServer } from './scripted.ts'

const SEED = Number(process.env.STEADYWIRE_FUZZ_SEED ?? 20_260_101)
const RUNS = Number(process.env.STEADYWIRE_FUZZ_RUNS ?? 120)
/** A process that does not answer within this time hangs. */
const DEADLINE_MS = 30_000
const TIMEOUT_MS = 120_000 + RUNS * 1_000

const ANSWER_OR_NOTHING = /^(?:HTTP\/1\.[01] [1-5]\d\d(?: |\r)|$)/

const OPTIONS = { seed: SEED, numRuns: RUNS, endOnFailure: true }

async function within<Result>(work: Promise<Result>, what: string): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No end of ${what}`)), DEADLINE_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Writes the pieces one after the other, as far as the other side takes them. */
async function speak(socket: Socket, { pieces, end }: Speech): Promise<void> {
  socket.setNoDelay(true)
  for (const piece of pieces) {
    if (socket.destroyed) return
    await new Promise<void>((resolve) => socket.write(piece, 'latin1', () => resolve()))
  }
  if (end === 'fin') socket.end()
  else socket.resetAndDestroy()
}

/** Sends all of it. @returns what came back until the end. */
async function converse(port: number, speech: Speech): Promise<string> {
  let client: Dialled
  try {
    client = await dial(port)
  } catch {
    return ''
  }
  await speak(client.socket, speech)
  await client.ended
  client.socket.destroy()
  return client.received
}

function get(port: number, path: string): Promise<string> {
  const text = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`
  return within(converse(port, { pieces: [text], end: 'fin' }), 'a healthy request')
}

function chunkedPost(size: string): Speech {
  const firstLines = 'POST /live?client_id=a HTTP/1.1\r\nHost: 127.0.0.1\r\n'
  const text = `${firstLines}Transfer-Encoding: chunked\r\n\r\n${size}\r\nhello\r\n0\r\n\r\n`
  return { pieces: [text], end: 'fin' }
}

describe('requests', () => {
  async function startDemo() {
    const program = startProgram('demo/server/main.ts', '--port', '0')
    const [controlPort, proxiedPort] = [await nextPort(program), await nextPort(program)]

    async function control(state: Partial<FaultState>): Promise<void> {
      const response = await fetch(`http://127.0.0.1:${controlPort}/faults`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ ...healthyState, ...state, cut: true }),
        signal: AbortSignal.timeout(DEADLINE_MS),
      })
      expect(response.status).toBe(200)
    }

    return { program, controlPort, proxiedPort, control }
  }

  const mode = fc.constantFrom(...faultModes, 'pass', 'pass', 'pass')
  const faults: fc.Arbitrary<Partial<FaultState>> = fc.record({
    ...Object.fromEntries(requestKinds.map((kind) => [kind, mode])),
    cutAfterMs: fc.constantFrom(0, 5),
    truncateAfterBlocks: fc.nat(2),
    rejectStatus: fc.integer({ min: 200, max: 599 }),
  })
  const speeches = fc.array(requestSpeech, { minLength: 1, maxLength: 4 })

  test(`${RUNS} times to both ports: forwarded, answered or cut`, {
    timeout: TIMEOUT_MS,
  }, async () => {
    const { program, controlPort, proxiedPort, control } = await startDemo()
    const ports = [controlPort, proxiedPort]

    await fc.assert(
      fc.asyncProperty(faults, speeches, async (state, all) => {
        await control(state)
        const conversations = all.flatMap((speech) => ports.map((port) => converse(port, speech)))
        for (const received of await within(Promise.all(conversations), 'a connection')) {
          expect(received).toMatch(ANSWER_OR_NOTHING)
        }

        await control(healthyState)
        for (const port of ports) expect(await get(port, '/demo.json')).toContain('ratePerSecond')
      }),
      { ...OPTIONS, examples: [[{}, ODD_CHUNK_SIZES.map(chunkedPost)]] },
    )
    expect(program.complaint()).toBe('')
  })
})

describe('responses', () => {
  const healthy: Speech = { pieces: ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'], end: 'fin' }

  /** Starts a server that sends the same on each of its connections, and the proxy in front of it. */
  async function startProxy() {
    let speech = healthy
    const targetPort = await startServer((socket) => {
      socket.resume()
      socket.once('data', () => void speak(socket, speech))
    })
    const program = startProgram('demo/faults/main.ts', '--target', `${targetPort}`)
    const port = await nextPort(program)

    async function set(next: Speech, state: Partial<FaultState>): Promise<void> {
      speech = next
      program.type(JSON.stringify({ ...healthyState, ...state }))
      for (let line = await program.nextLine(); !line?.startsWith('{'); ) {
        if (line === undefined) throw new Error(`The proxy has ended: ${program.complaint()}`)
        line = await program.nextLine()
      }
    }

    return { program, port, set }
  }

  /** The modes in which the proxy reads the server's answer. */
  const modes = ['pass', 'mute', 'cut-after-open', 'buffer', 'truncate', 'lose-answer'] as const
  const faults: fc.Arbitrary<Partial<FaultState>> = fc.constantFrom(...modes).map((mode) => ({
    ...Object.fromEntries(requestKinds.map((kind) => [kind, mode])),
    cutAfterMs: 5,
  }))

  test(`${RUNS} times: forwarded or cut`, { timeout: TIMEOUT_MS }, async () => {
    const { program, port, set } = await startProxy()
    const asked = Object.values(REQUESTS).map(
      (text): Speech => ({ pieces: [text, text], end: 'fin' }),
    )

    await fc.assert(
      fc.asyncProperty(faults, responseSpeech, async (state, speech) => {
        await within(set(speech, state), 'a command')
        const conversations = asked.map((request) => converse(port, request))
        for (const received of await within(Promise.all(conversations), 'a connection')) {
          expect(received).toMatch(ANSWER_OR_NOTHING)
        }

        await within(set(healthy, {}), 'a command')
        expect(await get(port, '/')).toContain('\r\n\r\nok')
      }),
      {
        ...OPTIONS,
        examples: ODD_CHUNK_SIZES.map((size): [Partial<FaultState>, Speech] => [
          {},
          chunkedResponse(size),
        ]),
      },
    )
    expect(program.complaint()).toBe('')
  })
})

function chunkedResponse(size: string): Speech {
  const responseHead = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
  return { pieces: [`${responseHead}${size}\r\nhello\r\n0\r\n\r\n`], end: 'fin' }
}

async function nextPort({ nextLine, complaint }: Program): Promise<number> {
  const [, port] = /:(\d+)/.exec((await nextLine()) ?? '') ?? []
  if (port === undefined) throw new Error(`The program did not start: ${complaint()}`)
  return Number(port)
}
