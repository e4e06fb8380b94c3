/** The transports by name, best first. */
export const transportNames = ['websocket', 'eventsource', 'longpoll'] as const
export type TransportName = (typeof transportNames)[number]
