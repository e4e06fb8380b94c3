/** The demo's own URLs: what the page needs to know, and the controls of the fault proxy and of the server. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { type CutOptions, type FaultProxy, parseFaultState, requestKinds } from '../faults/index.ts'
import { answer, answerRefusal } from './answer.ts'
import { mediaType, readBody } from './body.ts'
import { isSameOrigin } from './origin.ts'
import { asRefusal, Refusal } from './refusal.ts'
import { hostnameOf, urlOf } from './target.ts'

export interface DemoControls {
  readonly proxy: FaultProxy
  /** What `/demo.json` says to a page on this host. */
  info(hostname: string): object
  /** Cuts all connections, as a crash does; without memory, the log begins anew. */
  restart(memory: boolean): void
}

const MAX_BODY_BYTES = 16 * 1024

/** Returns false where the URL is none of these. */
export function handleDemoRoute(
  controls: DemoControls,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const route = ROUTES[urlOf(request).pathname]
  if (!route) return false
  runRoute(route, controls, request)
    .then((result) => {
      const type = { 'Content-Type': 'application/json' }
      answer(response, 200, JSON.stringify(result), type)
    })
    .catch((error: unknown) => answerRefusal(response, asRefusal(error)))
  return true
}

interface Route {
  GET?(controls: DemoControls, hostname: string): unknown
  POST?(controls: DemoControls, body: Record<string, unknown>): unknown
}

const ROUTES: Readonly<Record<string, Route>> = {
  '/demo.json': { GET: (controls, hostname) => controls.info(hostname) },
  '/faults': {
    GET: ({ proxy }) => proxy.state,
    POST({ proxy }, { cut, ...changes }) {
      const cutOptions = readCut(cut)
      proxy.set(readFaults(changes))
      if (cutOptions) proxy.cut(cutOptions)
      return proxy.state
    },
  },
  '/restart': {
    POST(controls, { memory }) {
      if (typeof memory !== 'boolean') throw new Refusal(400, '"memory" must be true or false')
      controls.restart(memory)
      return { memory }
    },
  },
}

async function runRoute(
  route: Route,
  controls: DemoControls,
  request: IncomingMessage,
): Promise<unknown> {
  if (request.method === 'GET' && route.GET) return route.GET(controls, hostnameOf(request))
  if (request.method !== 'POST' || !route.POST) throw new Refusal(405, 'Not this method')

  // A browser names its origin with every POST. A request without one comes from a program.
  if (request.headers.origin !== undefined && !isSameOrigin(request)) {
    throw new Refusal(403, 'Only the demo page may do this')
  }
  if (mediaType(request) !== 'application/json') {
    throw new Refusal(415, 'The content type must be application/json')
  }

  return route.POST(controls, parseObject(await readBody(request, MAX_BODY_BYTES)))
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  } catch {
    // Falls through to the same advice.
  }
  throw new Refusal(400, 'The body must be a JSON object')
}

function readFaults(changes: Record<string, unknown>): ReturnType<typeof parseFaultState> {
  try {
    return parseFaultState(changes)
  } catch (error) {
    throw error instanceof TypeError ? new Refusal(400, error.message) : error
  }
}

/** `true` cuts everything, `{"kind":"post"}` one kind of request. */
function readCut(cut: unknown): CutOptions | undefined {
  if (cut === undefined || cut === false || cut === null) return undefined
  if (cut === true) return {}

  const kind = typeof cut === 'object' && 'kind' in cut ? cut.kind : undefined
  const known = requestKinds.find((each) => each === kind)
  if (typeof cut !== 'object' || known !== kind) {
    throw new Refusal(400, '"cut" must be true, or an object such as {"kind":"websocket"}')
  }
  return known ? { kind: known } : {}
}
