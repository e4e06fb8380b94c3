// What a server says, in the words of PROTOCOL.md.

export interface HelloFields {
  readonly continuity?: 'fresh' | 'resumed' | 'gap'
  readonly heartbeatMs?: number
  readonly retryMs?: number
  readonly maxMessageBytes?: number
}

/** One block as it travels; without an id it is ephemeral. Data that is no string travels as JSON. */
export const block = (type: string, data: unknown, id?: string): string =>
  [
    ...(id === undefined ? [] : [`id: ${id}`]),
    `event: ${type}`,
    ...(typeof data === 'string' ? data : JSON.stringify(data))
      .split('\n')
      .map((line) => `data: ${line}`),
    '',
    '',
  ].join('\n')

export const hello = (id = 'h0', fields: HelloFields = {}): string =>
  block('sw:hello', { continuity: 'fresh', heartbeatMs: 20_000, retryMs: 1000, ...fields }, id)

/** The hello of a connection that goes on after `id`. */
export const resumed = (id: string, fields: HelloFields = {}): string =>
  hello(id, { continuity: 'resumed', ...fields })

export const ping = (id?: string): string => block('sw:ping', {}, id)

export const ack = (seq: number, outcome: object = {}): string =>
  block('sw:ack', { seq, ...outcome })

export const closing = (fields: {
  reason?: string
  reconnectMs?: number
  final?: boolean
}): string => block('sw:close', { reason: 'restart', ...fields })
