/** The entry `steadywire/socketio`: the protocol of Socket.IO servers, its transports, and the codec for bytes in data. */

export { socketio } from './protocols/socketio.ts'
export { attachments } from './protocols/socketio-data.ts'
export type * from './protocols/socketio-options.ts'
export { polling } from './transports/engine-polling.ts'
export { websocket } from './transports/engine-socket.ts'
