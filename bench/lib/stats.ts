/** Medians and spreads, and how they are formatted. */

/** @throws RangeError for an empty list: a median of nothing is a fault of the benchmark. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const place = (sorted.length - 1) * share
  const low = sorted[Math.floor(place)]
  const high = sorted[Math.ceil(place)]
  if (low === undefined || high === undefined) throw new RangeError('no values were measured')
  return low + (high - low) * (place - Math.floor(place))
}

export const median = (values: readonly number[]) => quantile(values, 0.5)

function digits(value: number): number {
  const size = Math.abs(value)
  if (size >= 100) return 0
  return size >= 10 ? 1 : 2
}

/** About three significant figures, with separators of thousands. */
export const figure = (value: number, places = digits(value)) =>
  value.toLocaleString('en', { minimumFractionDigits: places, maximumFractionDigits: places })

/** The median, and the smallest and the largest: `12.3 (11.9–14.0)`. */
export function spread(values: readonly number[]): string {
  const middle = median(values)
  const places = digits(middle)
  return `${figure(middle, places)} (${figure(Math.min(...values), places)}–${figure(Math.max(...values), places)})`
}

/** Each repeat's ratio to the other value of the same repeat. */
export const ratios = (values: readonly number[], to: readonly number[]) =>
  values.map((value, index) => value / (to[index] ?? Number.NaN))

export const times = (value: number) => `${value.toFixed(2)} ×`

/** The median, and the smallest and the largest: `0.95 × (0.90–0.99)`. */
export function timesSpread(values: readonly number[]): string {
  const range = `${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)}`
  return values.length > 1 ? `${times(median(values))} (${range})` : times(median(values))
}
