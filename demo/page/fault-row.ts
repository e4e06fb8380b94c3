/** A row of the fault panel: one choice of radio buttons, and where it is offered, one of a status. */
import type { CutOptions } from '../faults/presets.ts'
import type { FaultState } from '../faults/state.ts'
import { element } from './dom.ts'
import {
  cutFor,
  type FaultRow,
  faultButton,
  formatStatus,
  OFFERED_STATUSES,
} from './fault-words.ts'

interface View {
  readonly group: HTMLElement
  show(state: FaultState): void
}

/** Changes the fields given, and cuts what the fault would spare. */
type Choose = (changes: Partial<FaultState>, cut: CutOptions | null) => void

/** A value that is not offered gets its button while it is set. */
function createModeChoice({ field, offered }: FaultRow, choose: Choose): View {
  const group = element('div', { className: 'choices' })
  const inputs = new Map<string, HTMLInputElement>()

  function add(value: FaultState[typeof field]): HTMLInputElement {
    const input = element('input', { type: 'radio', name: `fault-${field}`, value })
    input.addEventListener('change', () => choose({ [field]: value }, cutFor(field, value)))
    inputs.set(value, input)
    const button = element('span', { textContent: faultButton(value) })
    group.append(element('label', {}, input, button))
    return input
  }

  function removeUnoffered(current: string): void {
    for (const [value, input] of inputs) {
      if (value === current || offered.some((known) => known === value)) continue
      input.parentElement?.remove()
      inputs.delete(value)
    }
  }

  offered.forEach(add)
  return {
    group,
    show(state) {
      const value = state[field]
      const input = inputs.get(value) ?? add(value)
      input.checked = true
      removeUnoffered(value)
    },
  }
}

/** A status that is not offered gets its option while it is set. */
function createStatusChoice({ field }: FaultRow, choose: Choose): View {
  const group = element('select', { ariaLabel: 'Status of the answer' })
  group.addEventListener('change', () => choose({ rejectStatus: Number(group.value) }, null))

  function showOptions(status: number): void {
    const offered = OFFERED_STATUSES.map((known) => known.status)
    const statuses = offered.includes(status) ? offered : [...offered, status]
    const options = statuses.map((each) =>
      element('option', { value: String(each), textContent: formatStatus(each) }),
    )
    group.replaceChildren(...options)
    group.value = String(status)
  }

  return {
    group,
    show(state) {
      group.hidden = state[field] !== 'reject'
      if (group.value !== String(state.rejectStatus)) showOptions(state.rejectStatus)
    },
  }
}

export function createFaultRow(row: FaultRow, choose: Choose): View {
  const modes = createModeChoice(row, choose)
  const legend = element('legend', {}, row.title)
  const group = element('fieldset', { className: 'segments' }, legend, modes.group)
  if (!row.offersStatus) return { group, show: modes.show }

  const status = createStatusChoice(row, choose)
  modes.group.append(status.group)
  return {
    group,
    show(state) {
      modes.show(state)
      status.show(state)
    },
  }
}
