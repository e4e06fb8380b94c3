/** Helpers to find, make and write the elements of the page. */

/** @returns the element with this id. @throws TypeError when it is missing or of another class. */
export function byId<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id)
  if (found instanceof type) return found
  throw new TypeError(`The page lacks a ${type.name} with the id "${id}": see index.html.`)
}

/** @returns a new element with these properties and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(tag), properties)
  made.append(...children)
  return made
}

/** @returns an icon that index.html defines. It is decoration: the text beside it says the same. */
export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('class', 'icon')
  svg.setAttribute('aria-hidden', 'true')

  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use')
  use.setAttribute('href', `#icon-${name}`)
  svg.append(use)
  return svg
}

/** Sets a text only when it differs, so that nothing is laid out or announced without need. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text
}

/** @returns a function that runs `render` in a later animation frame, at most once per `minMs`. */
export function painter(render: () => void, minMs = 0): () => void {
  let due = false
  let paintedAt = Number.NEGATIVE_INFINITY

  function paint(): void {
    due = false
    paintedAt = performance.now()
    render()
  }

  return () => {
    if (due) return

    due = true
    const waitMs = paintedAt + minMs - performance.now()
    if (waitMs <= 0) requestAnimationFrame(paint)
    else setTimeout(() => requestAnimationFrame(paint), waitMs)
  }
}
