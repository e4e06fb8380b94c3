/** The few helpers between the modules and the document. */

/** The element with this id, checked to be of this class: a slip in the HTML is told at once. */
export function byId<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id)
  if (found instanceof type) return found
  throw new TypeError(`The page lacks a ${type.name} with the id "${id}": see index.html.`)
}

/** A new element with its properties and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(tag), properties)
  made.append(...children)
  return made
}

/** One of the icons that index.html defines; decoration only, so the word beside it says the same. */
export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('class', 'icon')
  svg.setAttribute('aria-hidden', 'true')
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use')
  use.setAttribute('href', `#icon-${name}`)
  svg.append(use)
  return svg
}

/** Sets a text only when it differs, so that nothing is laid out or announced for nothing. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text
}

/** Answers a function that runs `render` in a coming animation frame, at most once per `minMs`. */
export function painter(render: () => void, minMs = 0): () => void {
  let due = false
  let last = Number.NEGATIVE_INFINITY
  const paint = (): void => {
    due = false
    last = performance.now()
    render()
  }
  return () => {
    if (due) return
    due = true
    const wait = last + minMs - performance.now()
    if (wait <= 0) requestAnimationFrame(paint)
    else setTimeout(() => requestAnimationFrame(paint), wait)
  }
}
