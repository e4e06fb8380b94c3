/** The transports by name, best first. */
export const TRANSPORT_NAMES = ['websocket', 'eventsource', 'longpoll'] as const
export type TransportName = (typeof TRANSPORT_NAMES)[number]
