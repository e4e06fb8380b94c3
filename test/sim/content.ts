// What an event says, short enough for every history: whether it is the one that was logged is seen from it.

const SHOWN_LENGTH = 40

/** The data of events without an id: an EventSource shows them under the last id. */
export const EPHEMERAL = '0'
/** The same of an event whose id has a NUL: it has none then. */
export const NUL_DATA = '"a\0b"'

export const contentOf = (type: string, data: string): string =>
  `${type}, ${data.length}: ${data.slice(0, SHOWN_LENGTH)}`
