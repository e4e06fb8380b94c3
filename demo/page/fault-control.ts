/** Speaks to the demo server's controls of the fault proxy. Every failure is an `Error` that says what to do. */
import type { CutOptions } from '../faults/presets.ts'
import type { FaultState } from '../faults/state.ts'

export interface FaultControl {
  load(): Promise<FaultState>
  /** Changes the fields given, then cuts what already flows, if asked to. */
  set(changes: Partial<FaultState>, cut?: CutOptions | null): Promise<FaultState>
  cut(): Promise<FaultState>
  /** Stops the server and starts it again, with its log or with an empty one. */
  restart(memory: boolean): Promise<void>
}

async function ask(url: string, body?: object): Promise<unknown> {
  const request: RequestInit =
    body === undefined
      ? {}
      : {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(body),
        }
  const response = await fetch(url, request).catch((cause: unknown) => {
    throw new Error('The demo server does not answer. Start it with "npm start".', { cause })
  })
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return response.json()
}

/** The demo server is of the same make as this page, so its answer is taken as it is. */
const askState = async (url: string, body?: object): Promise<FaultState> =>
  (await ask(url, body)) as FaultState

export const createFaultControl = (url: string): FaultControl => ({
  load: () => askState(url),
  set: (changes, cut) => askState(url, cut ? { ...changes, cut } : changes),
  cut: () => askState(url, { cut: true }),
  async restart(memory) {
    await ask('/restart', { memory })
  },
})
