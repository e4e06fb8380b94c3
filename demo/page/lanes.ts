/** The lanes of the timeline, from top to bottom. */
export const LANES = [
  { name: 'websocket', title: 'WebSocket' },
  { name: 'eventsource', title: 'EventSource' },
  { name: 'longpoll', title: 'Long-poll' },
  { name: 'connection', title: 'Gaps, retries' },
  { name: 'faults', title: 'Faults' },
] as const

export function laneTitle(name: string): string {
  return LANES.find((lane) => lane.name === name)?.title ?? name
}
