/**
 * The smallest application of each client, with at most one line of imports: connects, listens to one type of event, sends
 * one message. Hosts that a vendor's client connects to by default are replaced by this machine, so that nothing leaves it.
 */
import {
  coreApplication,
  RECEIVING,
  SENDS,
  WHOLE,
} from '../../../scripts/lib/size/applications.mjs'

export interface Entry {
  readonly name: string
  readonly code: string
  /** Steadywire's own sources. */
  readonly own?: true
  /** Falls back to another transport when the network fails one, not only where a constructor is missing. */
  readonly negotiates?: true
}

function core(transport: string): Entry {
  return {
    name: `Steadywire core, ${transport} alone`,
    own: true,
    code: coreApplication({
      transports: [transport],
      protocol: 'steadywire',
      parts: ['outbox'],
      use: SENDS,
    }),
  }
}

/** The applications of `npm run size`, and its `core` with each other transport. */
const OWN: readonly Entry[] = [
  { name: 'Steadywire whole', own: true, negotiates: true, code: WHOLE.code },
  core('websocket'),
  core('eventsource'),
  core('longpoll'),
  {
    name: 'Steadywire core, websocket and plain(), receiving only',
    own: true,
    code: coreApplication(RECEIVING),
  },
]

const RAW: readonly Entry[] = [
  {
    name: 'raw WebSocket',
    code: `const socket = new WebSocket('ws://' + location.host + '/live')
      socket.onmessage = (event) => console.log(JSON.parse(event.data))
      socket.onopen = () => socket.send(JSON.stringify({ text: 'hello' }))`,
  },
  {
    name: 'raw EventSource and fetch',
    code: `const source = new EventSource('/live')
      source.addEventListener('price', (event) => console.log(JSON.parse(event.data)))
      fetch('/live', { method: 'POST', body: JSON.stringify({ text: 'hello' }) }).catch(() => {})`,
  },
]

const ONE_TRANSPORT: readonly Entry[] = [
  {
    name: 'reconnecting-websocket',
    code: `import ReconnectingWebSocket from 'reconnecting-websocket'
      const socket = new ReconnectingWebSocket('ws://' + location.host + '/live')
      socket.addEventListener('message', (event) => console.log(JSON.parse(event.data)))
      socket.send(JSON.stringify({ text: 'hello' }))`,
  },
  {
    name: 'partysocket/ws',
    code: `import ReconnectingWebSocket from 'partysocket/ws'
      const socket = new ReconnectingWebSocket('ws://' + location.host + '/live')
      socket.addEventListener('message', (event) => console.log(JSON.parse(event.data)))
      socket.send(JSON.stringify({ text: 'hello' }))`,
  },
  {
    name: 'partysocket',
    code: `import PartySocket from 'partysocket'
      const socket = new PartySocket({ host: location.host, room: 'live' })
      socket.addEventListener('message', (event) => console.log(JSON.parse(event.data)))
      socket.send(JSON.stringify({ text: 'hello' }))`,
  },
  {
    name: 'nchan',
    code: `import NchanSubscriber from 'nchan'
      const wire = new NchanSubscriber('ws://' + location.host + '/live')
      wire.on('message', (data) => console.log(JSON.parse(data)))
      wire.start()
      fetch('/live', { method: 'POST', body: JSON.stringify({ text: 'hello' }) }).catch(() => {})`,
  },
]

const NEGOTIATING: readonly Entry[] = [
  {
    name: 'phoenix',
    negotiates: true,
    code: `import { Socket } from 'phoenix'
      const socket = new Socket('/live', { longPollFallbackMs: 2500 })
      socket.connect()
      const channel = socket.channel('room')
      channel.on('price', console.log)
      channel.join()
      channel.push('chat', { text: 'hello' })`,
  },
  {
    name: 'engine.io-client',
    negotiates: true,
    code: `import { Socket } from 'engine.io-client'
      const socket = new Socket('ws://' + location.host, { path: '/live' })
      socket.on('message', (data) => console.log(JSON.parse(data)))
      socket.send(JSON.stringify({ text: 'hello' }))`,
  },
  {
    name: 'faye',
    negotiates: true,
    code: `import { Client } from 'faye'
      const client = new Client('/live')
      client.subscribe('/price', console.log)
      client.publish('/chat', { text: 'hello' })`,
  },
  {
    name: 'socket.io-client',
    negotiates: true,
    code: `import { io } from 'socket.io-client'
      const socket = io({ path: '/live' })
      socket.on('price', console.log)
      socket.emit('chat', { text: 'hello' })`,
  },
  {
    name: '@microsoft/signalr',
    negotiates: true,
    code: `import { HubConnectionBuilder } from '@microsoft/signalr'
      const hub = new HubConnectionBuilder().withUrl('/live').withAutomaticReconnect().build()
      hub.on('price', console.log)
      hub.start().then(() => hub.send('chat', { text: 'hello' }), console.log)`,
  },
  {
    name: 'sockjs-client',
    negotiates: true,
    code: `import SockJS from 'sockjs-client'
      const socket = new SockJS('/live')
      socket.onmessage = (event) => console.log(JSON.parse(event.data))
      socket.onopen = () => socket.send(JSON.stringify({ text: 'hello' }))`,
  },
  {
    name: 'pusher-js',
    negotiates: true,
    code: `import Pusher from 'pusher-js'
      const here = { wsHost: location.hostname, wsPort: location.port, forceTLS: false }
      const pusher = new Pusher('key', { cluster: 'mt1', enableStats: false, ...here })
      const channel = pusher.subscribe('private-live')
      channel.bind('price', console.log)
      channel.trigger('client-chat', { text: 'hello' })`,
  },
  {
    name: 'centrifuge',
    negotiates: true,
    code: `import { Centrifuge } from 'centrifuge'
      const transports = [
        { transport: 'websocket', endpoint: 'ws://' + location.host + '/live' },
        { transport: 'sse', endpoint: location.origin + '/live' },
      ]
      const centrifuge = new Centrifuge(transports, { emulationEndpoint: location.origin + '/up' })
      const live = centrifuge.newSubscription('live')
      live.on('publication', ({ data }) => console.log(data))
      live.subscribe()
      centrifuge.connect()
      live.publish({ text: 'hello' }).catch(console.log)`,
  },
  {
    name: 'ably/modular',
    negotiates: true,
    code: `import { BaseRealtime, FetchRequest, WebSocketTransport, XHRPolling } from 'ably/modular'
      const here = { endpoint: location.hostname, port: location.port, tls: false, useTokenAuth: false }
      const plugins = { FetchRequest, WebSocketTransport, XHRPolling }
      const ably = new BaseRealtime({ key: 'a.b:c', clientId: 'me', ...here, plugins })
      const channel = ably.channels.get('live')
      channel.subscribe('price', console.log)
      channel.publish('chat', { text: 'hello' }).catch(console.log)`,
  },
  {
    name: 'ably',
    negotiates: true,
    code: `import { Realtime } from 'ably'
      const here = { endpoint: location.hostname, port: location.port, tls: false, useTokenAuth: false }
      const ably = new Realtime({ key: 'a.b:c', ...here })
      const channel = ably.channels.get('live')
      channel.subscribe('price', console.log)
      channel.publish('chat', { text: 'hello' }).catch(console.log)`,
  },
]

export const ENTRIES: readonly Entry[] = [...OWN, ...RAW, ...ONE_TRANSPORT, ...NEGOTIATING]
