// What is wrong with a size: it is over its gate, or README quotes another figure.

/** zlib differs a little between Node versions: a quote as close as this is right. */
const TOLERANCE_BYTES = 10

/** @typedef {{ name: string, bytes: number, gateBytes: number }} Size */

/** @param {number} bytes */
export function formatBytes(bytes) {
  return bytes.toLocaleString('en')
}

/** @param {string} name */
function quotesOf(name) {
  return new RegExp(`(<!-- size:${name} -->)([^<]*)(<!-- /size -->)`, 'g')
}

/** @param {Size} size @returns {string[]} */
function gateProblems({ name, bytes, gateBytes }) {
  if (bytes <= gateBytes) return []
  return [
    `"${name}" is ${formatBytes(bytes)} B: ${formatBytes(bytes - gateBytes)} B over its gate.`,
  ]
}

/** @param {Size} size @param {string} readme @returns {string[]} */
function quoteProblems({ name, bytes }, readme) {
  const quotes = [...readme.matchAll(quotesOf(name))].map(([, , quote = '']) => quote)
  if (quotes.length === 0) {
    return [`README.md quotes no size between <!-- size:${name} --> and <!-- /size -->.`]
  }
  const wrong = quotes.filter(
    (quote) => !(Math.abs(Number(quote.replaceAll(',', '')) - bytes) <= TOLERANCE_BYTES),
  )
  return wrong.map(
    (quote) =>
      `README.md says "${quote}" of "${name}"; it is ${formatBytes(bytes)}. Run: npm run size -- --write`,
  )
}

/** In words; none where all is well. @param {readonly Size[]} sizes @param {string} readme @returns {string[]} */
export function problemsOf(sizes, readme) {
  return sizes.flatMap((size) => [...gateProblems(size), ...quoteProblems(size, readme)])
}

/** README with the figures that are measured. @param {readonly Size[]} sizes @param {string} readme */
export function quoteSizes(sizes, readme) {
  return sizes.reduce(
    (text, { name, bytes }) => text.replace(quotesOf(name), `$1${formatBytes(bytes)}$3`),
    readme,
  )
}
