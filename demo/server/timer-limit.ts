/** The longest time for which a timer of Node can be set. One that is set for longer fires at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1
