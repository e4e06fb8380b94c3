/** The ticker's rate, which is the server's and so the same for every tab: asked for with a message, settled by its reply. */
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
    const mine = ++request
    setText(note, `Asking for ${formatNumber(perSecond)} ticks per second …`)
    try {
      const reply = await session.wire.send('rate', { perSecond })
      if (mine !== request) return
      show(reply.perSecond)
      setText(note, `The server sends ${formatNumber(reply.perSecond)} ticks per second.`)
    } catch (error) {
      if (mine !== request) return
      setText(note, `Not changed: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  function take(input: HTMLInputElement): void {
    if (!number.checkValidity() || input.value === '') {
      setText(note, `A whole number from ${number.min} to ${number.max}, please.`)
      return
    }
    void ask(input.valueAsNumber)
  }

  slider.addEventListener('input', () => {
    number.value = slider.value
  })
  slider.addEventListener('change', () => take(slider))
  number.addEventListener('change', () => take(number))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    take(number)
  })
  show(initial)
}
