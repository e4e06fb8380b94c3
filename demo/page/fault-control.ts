/** Calls the demo server's controls of the fault proxy. Each failure is an `Error` that says what to do. */
import type { CutOptions } from '../faults/presets.ts'
import { type FaultState, healthyState, parseFaultState } from '../faults/state.ts'

export interface FaultControl {
  load(): Promise<FaultState>
  /** Changes the fields given, then cuts these connections. */
  set(changes: Partial<FaultState>, cut?: CutOptions | null): Promise<FaultState>
  cut(): Promise<FaultState>
  /** Restarts the server, with its log or with an empty one. */
  restart(memory: boolean): Promise<void>
}

function postOf(body: object): RequestInit {
  const headers = { 'Content-Type': 'application/json' }
  return { method: 'POST', headers, body: JSON.stringify(body) }
}

async function ask(url: string, body?: object): Promise<unknown> {
  const request = body === undefined ? {} : postOf(body)
  const response = await fetch(url, request).catch((cause: unknown) => {
    throw new Error('The demo server does not answer. Start it with "npm start".', { cause })
  })

  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return response.json()
}

async function askState(url: string, body?: object): Promise<FaultState> {
  return { ...healthyState, ...parseFaultState(await ask(url, body)) }
}

export function createFaultControl(url: string): FaultControl {
  return {
    load: () => askState(url),
    set: (changes, cut) => askState(url, cut ? { ...changes, cut } : changes),
    cut: () => askState(url, { cut: true }),
    async restart(memory) {
      await ask('/restart', { memory })
    },
  }
}
