/** Numbers and times as the page shows them. */

const INTEGER = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const CLOCK = new Intl.DateTimeFormat('en', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

/** 12345 as `12,345`. */
export function formatNumber(value: number): string {
  return INTEGER.format(value)
}

/** A time of day to the second, `14:03:27`. */
export function formatClock(at: number): string {
  return CLOCK.format(at)
}

/** A span of time in the unit that suits it: `42 ms`, `1.4 s`, `2 min 5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`

  const seconds = Math.round(ms / 1_000)
  if (seconds < 60) return `${seconds} s`

  const rest = seconds % 60
  return rest === 0 ? `${(seconds - rest) / 60} min` : `${(seconds - rest) / 60} min ${rest} s`
}

const NAMES: Readonly<Record<string, string>> = {
  websocket: 'WebSocket',
  eventsource: 'EventSource',
  longpoll: 'Long-poll',
}

/** A transport's name for people. */
export function formatTransport(name: string): string {
  return NAMES[name] ?? name
}
