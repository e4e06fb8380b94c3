/**
 * A herd of clients against servers that go down and come back, request by request. No object is kept per client: only
 * numbers in typed arrays, so that a million clients fit. A server that is down, or has reached its limit, refuses at once.
 */
import type { Formula } from './formulas.ts'
import { at, createCalendar, createServers, createTally, seeded } from './parts.ts'

export interface Scenario {
  readonly name: string
  readonly servers: number
  /** When a server loses all its connections, and when it is back. In the order of time. */
  readonly downs: readonly { server: number; atMs: number; backMs: number }[]
  /** Connections that all servers together accept in a second, as a share of the population. */
  readonly acceptedShare: number
  /** The least delay that a server asks for when it closes, of clients that understand it; 0 where it asks for none. */
  readonly reconnectMs: number
  /** How long after the beginning no client can be served: absences count from then. */
  readonly outageMs: number
}

/** Figures of a run; shares are of the population. */
export interface HerdFigures {
  /** A race of several transports is one try. */
  readonly triesPerClient: number
  readonly requestsPerClient: number
  /** The most within one second, as a share. */
  readonly triesPeak: number
  readonly requestsPeak: number
  /** Of requests, from the moment when clients can be served. */
  readonly servedPeak: number
  /** How long the absences lasted that ended: 99 % of them, and all. */
  readonly nearlyAllMs: number
  readonly lastMs: number
  readonly gaveUpShare: number
}

export const HERD_KEYS = [
  'triesPerClient',
  'requestsPerClient',
  'triesPeak',
  'requestsPeak',
  'servedPeak',
  'nearlyAllMs',
  'lastMs',
  'gaveUpShare',
] as const satisfies readonly (keyof HerdFigures)[]

const END_MS = 900_000
const MINUTE_MS = 60_000
/** From a client to a server and back, uniformly distributed. */
const MIN_ROUND_TRIP_MS = 20
const MAX_ROUND_TRIP_MS = 120

/** What is known of each client, by its number. */
const createClients = (population: number, { perMinute = 0 }: Formula, servers: number) => ({
  /** The one that it is connected to, or -1. */
  server: new Int8Array(population).map((_, client) => client % servers),
  tries: new Uint16Array(population),
  /** Requests of the current try, and of all tries. */
  asked: new Uint8Array(population),
  requests: new Uint32Array(population),
  waitMs: new Int32Array(population),
  lostAt: new Int32Array(population),
  /** An hour before the beginning. */
  openedAt: new Int32Array(population).fill(-60 * MINUTE_MS),
  personal: new Float32Array(population),
  /** When its last requests were made, in a ring. */
  ring: new Int32Array(population * perMinute).fill(-MINUTE_MS),
})

function createRun(formula: Formula, scenario: Scenario, population: number, seed: number) {
  const random = seeded(seed)
  const accepted = population * scenario.acceptedShare
  const clients = createClients(population, formula, scenario.servers)
  for (let client = 0; client < population; client += 1) clients.personal[client] = random()

  return {
    formula,
    scenario,
    random,
    clients,
    perMinute: formula.perMinute ?? 0,
    servers: createServers(scenario.servers, accepted, random),
    calendar: createCalendar(population, END_MS),
    tries: createTally(END_MS),
    requests: createTally(END_MS),
    absences: createTally(END_MS),
    /** Clients that wait for a connection. */
    away: 0,
    gaveUp: 0,
    lastMs: 0,
  }
}

type Run = ReturnType<typeof createRun>

const roundTripMs = ({ random }: Run) =>
  Math.round(MIN_ROUND_TRIP_MS + random() * (MAX_ROUND_TRIP_MS - MIN_ROUND_TRIP_MS))

/** How long no other try may begin, by the bound on requests a minute. */
function rateLimitedMs({ clients, perMinute }: Run, client: number, now: number): number {
  if (!perMinute) return 0
  const place = at(clients.requests, client) % perMinute
  return Math.max(0, at(clients.ring, client * perMinute + place) + MINUTE_MS - now)
}

function giveUp(run: Run): void {
  run.gaveUp += 1
  run.away -= 1
}

/** Schedules the next try by the client's formula; `floorMs` is what the server asked for. */
function wait(run: Run, client: number, now: number, floorMs: number): void {
  const { clients, formula, random } = run
  const tries = at(clients.tries, client)
  const personal = at(clients.personal, client)
  const drawnMs = formula.waitMs({ tries, floorMs, personal, random })
  clients.tries[client] = tries + 1
  clients.asked[client] = 0
  if (drawnMs === undefined) {
    giveUp(run)
    return
  }

  const waitMs = Math.max(drawnMs, rateLimitedMs(run, client, now))
  clients.waitMs[client] = waitMs
  if (!run.calendar.put(client, Math.round(now + waitMs + roundTripMs(run)))) giveUp(run)
}

function lose(run: Run, client: number, now: number): void {
  const { clients, formula, scenario } = run
  const provenMs = formula.provenMs?.(at(clients.waitMs, client)) ?? 0
  if (now - at(clients.openedAt, client) > provenMs) clients.tries[client] = 0
  clients.server[client] = -1
  clients.lostAt[client] = now
  run.away += 1
  wait(run, client, now, scenario.reconnectMs)
}

function countRequest({ clients, perMinute, requests, tries }: Run, client: number, now: number) {
  if (at(clients.asked, client) === 0) tries.add(now)
  requests.add(now)
  const made = at(clients.requests, client)
  if (perMinute) clients.ring[client * perMinute + (made % perMinute)] = now
  clients.requests[client] = made + 1
  clients.asked[client] = at(clients.asked, client) + 1
}

/** A request reaches the servers. */
function ask(run: Run, client: number, now: number): void {
  const { clients, formula, scenario } = run
  countRequest(run, client, now)
  const server = run.servers.ask(now)
  if (server < 0) {
    // A race continues with the next transport; `END_MS` is never that near.
    const isLast = at(clients.asked, client) >= formula.requests
    if (isLast || !run.calendar.put(client, now + roundTripMs(run))) wait(run, client, now, 0)
    return
  }

  clients.server[client] = server
  clients.openedAt[client] = now
  const absenceMs = now - Math.max(scenario.outageMs, at(clients.lostAt, client))
  run.absences.add(absenceMs)
  run.lastMs = Math.max(run.lastMs, absenceMs)
  run.away -= 1
}

function switchServers(run: Run, now: number): void {
  for (const { server, atMs, backMs } of run.scenario.downs) {
    if (backMs === now) run.servers.set(server, true)
    if (atMs !== now) continue
    run.servers.set(server, false)
    run.clients.server.forEach((of, client) => {
      if (of === server) lose(run, client, now)
    })
  }
}

/** The same seed gives the same figures. */
export function simulate(
  formula: Formula,
  scenario: Scenario,
  population: number,
  seed: number,
): HerdFigures {
  const run = createRun(formula, scenario, population, seed)
  const lastDownMs = Math.max(...scenario.downs.map(({ atMs }) => atMs))
  for (let now = 0; now < END_MS && (run.away > 0 || now <= lastDownMs); now += 1) {
    switchServers(run, now)
    run.calendar.each(now, (client) => ask(run, client, now))
  }

  const { tries, requests, absences, lastMs, gaveUp } = run
  return {
    triesPerClient: tries.count() / population,
    requestsPerClient: requests.count() / population,
    triesPeak: tries.peakPerSecond(0) / population,
    requestsPeak: requests.peakPerSecond(0) / population,
    servedPeak: requests.peakPerSecond(scenario.outageMs) / population,
    nearlyAllMs: absences.quantileMs(0.99),
    lastMs,
    gaveUpShare: gaveUp / population,
  }
}
