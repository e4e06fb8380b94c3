/** XML, as documents of the page (DOM Parsing and Serialization). */
import type { Codec } from '../codecs.ts'

/** Documents and elements; there are none in workers. */
export const xml: Codec = {
  encode(data) {
    if (!(data instanceof Node)) throw new TypeError('The xml codec takes a document or an element')
    return new XMLSerializer().serializeToString(data)
  },
  decode(text) {
    const document = new DOMParser().parseFromString(text, 'application/xml')
    const problem = document.querySelector('parsererror') // a parser throws nothing
    if (problem) throw new SyntaxError(problem.textContent)
    return document
  },
}
