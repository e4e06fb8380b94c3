// Random requests as bytes, good ones and broken ones, to the reference server and to the demo. Each is answered or closed,
// a good one after it is answered, nothing would have ended the process, and the end comes in order.
//   STEADYWIRE_REQUESTS=100000 STEADYWIRE_SEED=7 npm run test:unit -- demo/server/test/fuzz.test.ts
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import * as fc from 'fast-check'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startDemo, type Verdict } from '../index.ts'
import { watchAccidents } from './support/accidents.ts'
import { arbitraryRequest, type RawRequest } from './support/raw-requests.ts'
import { startServer } from './support/running-server.ts'
import { createSlowStore, turns } from './support/slow-store.ts'
import { ask, withQuery } from './support/streams.ts'

const REQUESTS = readNumber('STEADYWIRE_REQUESTS', 400)
const SEED = readNumber('STEADYWIRE_SEED', 20_260_101)
/** For a request on a busy machine. Only what hangs takes longer. */
const REQUEST_TIMEOUT_MS = 20_000

interface House {
  readonly url: string
  /** Ends everything in order, and resolves when nothing is left. */
  close(): Promise<void>
}

function readNumber(name: string, fallback: number): number {
  const value = Number(process.env[name] ?? fallback)
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new Error(`${name} must be a whole number above 0`)
}

/** Does what the query or the origin asks for: what applications do by mistake. */
async function misbehave(what: string): Promise<boolean> {
  if (what.includes('throw')) throw new Error('thrown')
  if (what.includes('late')) await turns(3)
  return what.includes('friend') || what.includes('late')
}

function authorize({ url = '' }: IncomingMessage): Promise<Verdict> | Verdict {
  if (url.includes('do=throw')) throw new Error('thrown')
  if (url.includes('do=reject')) return Promise.reject(new Error('rejected'))
  if (url.includes('do=nothing')) return JSON.parse('null')
  const status = Number(/do=(-?\d+)/.exec(url)?.[1])
  if (!Number.isNaN(status)) return { status }
  return url.includes('do=late') ? turns(3).then(() => ({})) : {}
}

async function startReference(): Promise<House> {
  let observed = 0
  const { url, server, http } = await startServer({
    heartbeatMs: 30,
    store: createSlowStore(),
    allowedHosts: (name) => misbehave(name),
    allowedOrigins: (origin) => misbehave(origin),
    authorize,
    onMessage({ type }) {
      if (type === 'fail') throw new Error('thrown')
    },
    observe() {
      if (++observed % 3 === 0) throw new Error('thrown')
    },
  })

  return {
    url,
    async close() {
      const closed = once(http, 'close')
      http.close()
      await server.closeAll({ reason: 'deploy' })
      expect(server.connections.size).toBe(0)
      await closed
    },
  }
}

async function startWhole(): Promise<House> {
  const demo = await startDemo({ ratePerSecond: 0, heartbeatMs: 30 })
  return {
    url: demo.directUrl,
    async close() {
      await demo.close()
      expect(demo.server.connections.size).toBe(0)
    },
  }
}

/** Resolves when the request was answered or closed, and its connection has gone. */
async function exchange(url: string, { text, cut }: RawRequest): Promise<void> {
  const { port, hostname } = new URL(url)
  const socket = connect(Number(port), hostname)
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  const answered = new Promise<void>((resolve) => socket.on('data', () => resolve()))
  socket.on('error', () => {})
  socket.write(text.slice(0, cut), 'latin1')
  if (cut < text.length) {
    await turns(2)
    socket.write(text.slice(cut), 'latin1')
  }

  const settled = Promise.race([closed, answered])
  const healthy = await ask(withQuery(url, { wait: '0' }))
  expect(healthy.status).toBe(200)
  expect(healthy.blocks[0]?.type).toBe('sw:hello')
  // What is not answered yet may wait for the rest of a request: now there will be none.
  socket.end()
  await settled
  await closed
}

const HOUSES = { 'the reference server': startReference, 'the demo': startWhole }

test.each(Object.entries(HOUSES))(
  `${REQUESTS} random requests harm %s in no way`,
  { timeout: 60_000 + REQUESTS * 200 },
  async (_, start) => {
    vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    onTestFinished(() => void vi.restoreAllMocks())
    const accidents = watchAccidents()
    const house = await start()

    const property = fc.asyncProperty(arbitraryRequest, async (request) => {
      await exchange(house.url, request)
      expect(await accidents()).toEqual([])
    })
    await fc.assert(property, { seed: SEED, numRuns: REQUESTS, timeout: REQUEST_TIMEOUT_MS })
    await house.close()
    expect(await accidents()).toEqual([])
  },
)
