/** The lanes of the timeline, from top to bottom. */
export const lanes = [
  { name: 'websocket', title: 'WebSocket' },
  { name: 'eventsource', title: 'EventSource' },
  { name: 'longpoll', title: 'Long-poll' },
  { name: 'connection', title: 'Gaps, retries' },
  { name: 'faults', title: 'Faults' },
] as const

export const laneTitle = (name: string): string =>
  lanes.find((lane) => lane.name === name)?.title ?? name
