/** The panel that breaks the network between this page and the server. */
import { faultPresets } from '../faults/presets.ts'
import { type FaultState, healthyState } from '../faults/state.ts'
import { byId, element, icon, setText } from './dom.ts'
import type { FaultControl } from './fault-control.ts'
import { createFaultRow } from './fault-row.ts'
import { describeFaults, FAULT_ROWS } from './fault-words.ts'
import type { History } from './history.ts'

function showSummary(target: HTMLElement, text: string): void {
  target.classList.toggle('broken', text !== '')
  target.replaceChildren(
    icon(text === '' ? 'delivered' : 'fault'),
    element('span', { textContent: text === '' ? 'Nothing is broken.' : text }),
  )
}

export function createFaults(
  control: FaultControl,
  history: History,
  report: (problem: string) => void,
): void {
  const summary = byId('faults-summary', HTMLElement)
  const latency = byId('latency', HTMLInputElement)
  const latencyValue = byId('latency-value', HTMLOutputElement)
  const scene = byId('scene-name', HTMLSelectElement)
  let shown: string | undefined

  const rows = FAULT_ROWS.map((faultRow) =>
    createFaultRow(faultRow, (changes, cut) => run(() => control.set(changes, cut))),
  )
  byId('fault-groups', HTMLElement).append(...rows.map(({ group }) => group))

  function show(state: FaultState): void {
    for (const row of rows) row.show(state)
    latency.value = String(state.latencyMs)
    setText(latencyValue, `${state.latencyMs} ms`)
    const text = describeFaults(state)
    if (text === shown) return

    showSummary(summary, text)
    if (text !== '') history.begin('faults', text)
    else if (shown !== undefined) history.end('faults')
    shown = text
  }

  // One request at a time, so that the last answer shown belongs to the last request.
  let last: Promise<void> = Promise.resolve()
  function run(request: () => Promise<FaultState>): void {
    last = last.then(async () => {
      try {
        show(await request())
      } catch (error) {
        report(error instanceof Error ? error.message : String(error))
      }
    })
  }

  function restart(memory: boolean): void {
    history.mark('faults', 'fault', memory ? 'Server restarted' : 'Server restarted, memory lost')
    run(async () => {
      await control.restart(memory)
      return control.load()
    })
  }

  function onClick(id: string, action: () => void): void {
    byId(id, HTMLButtonElement).addEventListener('click', action)
  }

  onClick('all-clear', () => run(() => control.set(healthyState)))
  onClick('restart', () => restart(true))
  onClick('restart-forget', () => restart(false))
  onClick('cut', () => {
    history.mark('faults', 'fault', 'All connections cut')
    run(() => control.cut())
  })

  latency.addEventListener('input', () => setText(latencyValue, `${latency.value} ms`))
  latency.addEventListener('change', () =>
    run(() => control.set({ latencyMs: latency.valueAsNumber })),
  )

  scene.append(
    ...faultPresets.map(({ name, label }) =>
      element('option', { value: name, textContent: label }),
    ),
  )
  byId('scene', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    const preset = faultPresets.find(({ name }) => name === scene.value)
    if (preset) run(() => control.set(preset.state, preset.cut))
  })

  // Another tab may have changed the faults.
  addEventListener('focus', () => run(() => control.load()))
  run(() => control.load())
}
