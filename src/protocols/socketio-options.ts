/** The options of `socketio`. */

/** A list of event types, or a function that knows them. */
export type Types = readonly string[] | ((type: string) => boolean)

/** Why the server refused to connect a namespace: its CONNECT_ERROR. */
export interface ConnectRefusal {
  readonly message: string
  /** What the server's middleware put into `data` of its error. */
  readonly data: unknown
}

export interface AuthRequest {
  /** The refusal that this answers, or `undefined`. */
  readonly refusal: ConnectRefusal | undefined
}

export type Auth = Readonly<Record<string, unknown>>

export interface SocketioOptions {
  /** Default `/`. */
  readonly namespace?: string | undefined
  /**
   * What the server finds in `socket.handshake.auth`: values, or a function that is called for each connection, and may be
   * async. Refused, it is called once more, with the refusal; refused again, the wire ends as `unauthorized`.
   */
  readonly auth?: Auth | ((request: AuthRequest) => Auth | Promise<Auth>) | undefined
  /**
   * Types of messages that the server acknowledges, by calling the callback: `send` resolves with what it was called with.
   * All others resolve once they were handed over. Default: none.
   */
  readonly acks?: Types | undefined
  /**
   * Types with a list of arguments: their data is the list, both ways, so that `send('move', [x, y])` is `emit('move', x, y)`.
   * Of other types the data is the one argument, also if it is a list. Default: none; what comes with several is a list anyway.
   */
  readonly lists?: Types | undefined
  /** What answers events that the server wants acknowledged, by type: called with the data, and may be async. Default: nothing does. */
  readonly replies?: Readonly<Record<string, (data: unknown) => unknown>> | undefined
  /**
   * Types that a server with connection state recovery emits as `volatile`: these have no offset, which is otherwise taken
   * from the end of the arguments. Default: none.
   */
  readonly volatile?: Types | undefined
  /** Whether a refusal will pass: then it is tried again, with backoff. Default: none does. */
  readonly passing?: ((refusal: ConnectRefusal) => boolean) | undefined
  /** Connects again after the server disconnected the socket. Default `false`: that ends the wire as `final`. */
  readonly reconnect?: boolean | undefined
  /** The server recognises a message that comes again: one that was not acknowledged is sent again. Default `false`. */
  readonly repeat?: boolean | undefined
}
