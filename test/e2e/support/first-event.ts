/** Measures the time to the first event, of the client and of what it stands on, on the same server in turns. */
import type { Page } from '@playwright/test'
import type { World } from './world.ts'

/** How the first event is waited for. */
export const contenders = [
  'raw WebSocket',
  'raw EventSource',
  'Steadywire, healthy',
  'Steadywire, WebSocket handshake never answered',
  'Steadywire, the next page load',
] as const
export type Contender = (typeof contenders)[number]

/** One measurement of each, in milliseconds. */
export type Round = Readonly<Record<Contender, number>>

/** Milliseconds until an event of type `tick` came over a WebSocket or an EventSource of the page's own. */
function timeRaw(page: Page, name: 'WebSocket' | 'EventSource', url: string): Promise<number> {
  return page.evaluate(
    ([kind, address]) =>
      new Promise<number>((done) => {
        const start = performance.now()
        const finish = (stream: { close(): void }) => {
          done(performance.now() - start)
          stream.close()
        }
        if (kind === 'EventSource') {
          const source = new EventSource(address)
          source.addEventListener('tick', () => finish(source))
          return
        }
        const socket = new WebSocket(address.replace('http', 'ws'))
        socket.onmessage = ({ data }) => String(data).includes('event: tick') && finish(socket)
      }),
    [name, url] as const,
  )
}

function timeClient(page: Page, url: string, lastEventId: string): Promise<number> {
  return page.evaluate(
    ([address, cursor]) =>
      new Promise<number>((done) => {
        const start = performance.now()
        const wire = steadywire.connect(address, { lastEventId: cursor })
        wire.once('tick', () => {
          done(performance.now() - start)
          wire.close()
        })
      }),
    [url, lastEventId] as const,
  )
}

/** Expects a stream with an event after `lastEventId`. Each measurement is made on a page just loaded. */
export async function measureRound(world: World, lastEventId: string): Promise<Round> {
  const { page, proxy, url } = world
  const raw = `${url}?last_event_id=${lastEventId}`
  proxy.set({ websocket: 'pass' })
  await page.reload()
  await page.evaluate(() => localStorage.clear())
  const webSocket = await timeRaw(page, 'WebSocket', raw)
  await page.reload()
  const eventSource = await timeRaw(page, 'EventSource', raw)
  await page.reload()
  const healthy = await timeClient(page, url, lastEventId)
  proxy.set({ websocket: 'hang' })
  await page.reload()
  const hanging = await timeClient(page, url, lastEventId)
  await page.reload()
  const next = await timeClient(page, url, lastEventId)
  return {
    'raw WebSocket': webSocket,
    'raw EventSource': eventSource,
    'Steadywire, healthy': healthy,
    'Steadywire, WebSocket handshake never answered': hanging,
    'Steadywire, the next page load': next,
  }
}
