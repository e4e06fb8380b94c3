/** The rate of the ticks, which is the server's and so the same for every tab: set by a message, shown by its reply. */
import { byId, setText } from './dom.ts'
import { formatNumber } from './format.ts'
import type { Session } from './wire.ts'

export function createRate(session: Session, initial: number): void {
  const form = byId('rate-form', HTMLFormElement)
  const slider = byId('rate-slider', HTMLInputElement)
  const number = byId('rate', HTMLInputElement)
  const note = byId('rate-note', HTMLElement)
  let request = 0

  function show(perSecond: number): void {
    slider.value = String(perSecond)
    number.value = String(perSecond)
  }

  async function ask(perSecond: number): Promise<void> {
    const current = ++request
    setText(note, `Asking for ${formatNumber(perSecond)} ticks per second …`)

    try {
      const reply = await session.wire.send('rate', { perSecond })
      if (current !== request) return
      show(reply.perSecond)
      setText(note, `The server sends ${formatNumber(reply.perSecond)} ticks per second.`)
    } catch (error) {
      if (current !== request) return
      setText(note, `Not changed: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  function apply(input: HTMLInputElement): void {
    if (!number.checkValidity() || input.value === '') {
      setText(note, `A whole number from ${number.min} to ${number.max}, please.`)
      return
    }
    void ask(input.valueAsNumber)
  }

  slider.addEventListener('input', () => {
    number.value = slider.value
  })
  slider.addEventListener('change', () => apply(slider))
  number.addEventListener('change', () => apply(number))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    apply(number)
  })
  show(initial)
}
