/**
 * Group 7: many clients at once after an outage and in a rolling deploy, simulated with the client's own backoff and the
 * peers' formulas. STEADYWIRE_HERD=1000000 simulates 1,000,000 of them, not 20,000.
 */
import { type Formula, PEERS, steadywire } from '../lib/herd/formulas.ts'
import { HERD_KEYS, type HerdFigures, type Scenario, simulate } from '../lib/herd/simulation.ts'
import { figure, median, spread } from '../lib/stats.ts'
import type { Bar, Context, Group, GroupResult, Table } from '../lib/types.ts'

const POPULATION = 20_000
/** From this population on, one repeat is enough. */
const MANY = 200_000
/** Chosen to match: as many are accepted in a second as come in a second of this window. The note says so. */
const WINDOW_MS = 10_000
const ACCEPTED_SHARE = 0.1
/** High enough that no client is ever refused by it. */
const UNLIMITED_SHARE = 1000

const OURS = steadywire('Steadywire, 10 s announced', WINDOW_MS, 3)
const FORMULAS: readonly Formula[] = [
  OURS,
  steadywire('Steadywire, 1 s announced, the default', 1000, 3),
  steadywire('Steadywire core, one transport, 10 s announced', WINDOW_MS, 1),
  ...PEERS,
]

const outage = (name: string, acceptedShare: number, outageMs: number): Scenario => ({
  name,
  servers: 1,
  downs: [{ server: 0, atMs: 0, backMs: outageMs }],
  acceptedShare,
  reconnectMs: 0,
  outageMs,
})

const ROLLING_DEPLOY: Scenario = {
  name: 'Rolling deploy',
  servers: 10,
  downs: Array.from({ length: 10 }, (_, server) => ({
    server,
    atMs: server * 20_000,
    backMs: server * 20_000 + 10_000,
  })),
  acceptedShare: ACCEPTED_SHARE,
  reconnectMs: 1000,
  outageMs: 0,
}

/** Each repeat has another length of the outage, since clients that wait a fixed time depend on where it ends. */
const scenariosOf = (repeat: number): readonly Scenario[] => [
  outage('Outage', UNLIMITED_SHARE, 30_000 + repeat * 1000),
  outage('Outage, a tenth accepted per second', ACCEPTED_SHARE, 30_000 + repeat * 1000),
  ROLLING_DEPLOY,
]

/** By scenario and formula. */
type Results = Map<string, Map<Formula, HerdFigures[]>>

function simulateAll(context: Context, population: number): Results {
  const results: Results = new Map()
  const repeats = population >= MANY ? 1 : context.repeats

  for (let repeat = 0; repeat < repeats; repeat += 1) {
    for (const scenario of scenariosOf(repeat)) {
      const found = results.get(scenario.name) ?? new Map<Formula, HerdFigures[]>()
      results.set(scenario.name, found)
      for (const formula of FORMULAS) {
        const figures = simulate(formula, scenario, population, repeat + 1)
        found.set(formula, [...(found.get(formula) ?? []), figures])
        if (population >= MANY) context.progress(`${scenario.name}: ${formula.name}`)
      }
    }
    context.progress(`repeat ${repeat + 1} of ${repeats}`)
  }
  return results
}

const seconds = (ms: number) => ms / 1000
const percent = (share: number) => share * 100

/** One figure where all look the same, else their spread. */
function show(values: readonly number[]): string {
  const [least, most] = [figure(Math.min(...values)), figure(Math.max(...values))]
  return least === most ? least : spread(values)
}

/** What the table shows, in its order. */
const COLUMNS: Readonly<Record<string, (figures: HerdFigures) => number>> = {
  'tries a client': ({ triesPerClient }) => triesPerClient,
  'requests a client': ({ requestsPerClient }) => requestsPerClient,
  'peak tries, %/s': ({ triesPeak }) => percent(triesPeak),
  'peak requests, %/s': ({ requestsPeak }) => percent(requestsPeak),
  'once served, %/s': ({ servedPeak }) => percent(servedPeak),
  '99 % back, s': ({ nearlyAllMs }) => seconds(nearlyAllMs),
  'last back, s': ({ lastMs }) => seconds(lastMs),
  'gave up, %': ({ gaveUpShare }) => percent(gaveUpShare),
}

/** Which clients were configured, and why. */
const SETTINGS =
  'The window of 10 s is no default: the reference server announces 1 s unless configured (see its row). 10 s was announced, and a tenth per second ' +
  'accepted below, because the two match. Peers have their defaults, except two that are set to the same 10 s: a native EventSource whose server ' +
  'says retry: 10000, and socket.io-client with reconnectionDelay 5000, reconnectionDelayMax 10000 and randomizationFactor 1.'

const NOTES: readonly string[] = [
  'A server that is down refuses at once and serves all clients when it is back, after 30 s and more (another length in each repeat); round trips of 20–120 ms. Absences count from then.',
  'As above, but the server accepts a tenth of the population per second, just what a window of 10 s sends, and refuses the others, which try again.',
  'Ten servers go down one after the other, 20 s apart, for 10 s each, and their clients go to the others, which together accept a tenth of the population per second. ' +
    'Steadywire’s servers ask for a delay of 1 s and the window. Absences count from the loss of a connection.',
]

const READING =
  'Peaks are the most within one second, in % of all clients. A try of Steadywire asks with three transports, one after the other, where each is refused: ' +
  'that is three requests; Ably’s two, the other peers’ one (what comes after an accepted one is not counted). These do not reconnect by themselves: sockjs-client, engine.io-client. ' +
  'SignalR as with withAutomaticReconnect(); by default it never comes back. A native EventSource would give up at a refusal by status.'

function tableOf(name: string, found: ReadonlyMap<Formula, HerdFigures[]>, index: number): Table {
  return {
    title: name,
    columns: ['client', ...Object.keys(COLUMNS)],
    rows: [...found].map(([formula, figures]) => [
      formula.name,
      ...Object.values(COLUMNS).map((read) => show(figures.map(read))),
    ]),
    note: [NOTES[index] ?? '', ...(index === 0 ? [SETTINGS, READING] : [])].join(' '),
  }
}

const medianOf = (figures: readonly HerdFigures[], key: keyof HerdFigures) =>
  median(figures.map((one) => one[key]))

/** The peer whose last client is back first, among peers whose clients never give up. */
function bestPeer(found: ReadonlyMap<Formula, HerdFigures[]>) {
  const [best] = PEERS.map((formula) => ({ name: formula.name, figures: found.get(formula) ?? [] }))
    .filter(({ figures }) => medianOf(figures, 'gaveUpShare') === 0)
    .map(({ name, figures }) => ({
      name,
      lastMs: medianOf(figures, 'lastMs'),
      peak: medianOf(figures, 'requestsPeak'),
    }))
    .sort((a, b) => a.lastMs - b.lastMs)
  if (!best) throw new Error('The clients of each peer gave up.')
  return best
}

function judge(name: string, found: ReadonlyMap<Formula, HerdFigures[]>, herd: string) {
  const figures = found.get(OURS) ?? []
  const of = (key: keyof HerdFigures) => medianOf(figures, key)
  const best = bestPeer(found)
  const share = (key: keyof HerdFigures) => `${figure(percent(of(key)), 0)} %`
  const subject = `${herd}, window announced, ${name.toLowerCase()}`

  const bars: readonly Bar[] = [
    {
      figure: `${subject}: peak`,
      bar: '≤ 40 % of the population per second',
      measured: `${share('requestsPeak')} requests (${share('triesPeak')} tries; ${share('servedPeak')} once served)`,
      met: of('requestsPeak') <= 0.4,
    },
    {
      figure: `${subject}: gave up`,
      bar: 'none',
      measured: share('gaveUpShare'),
      met: of('gaveUpShare') === 0,
    },
    {
      figure: `${subject}: last one back`,
      bar: 'no later than the best peer',
      measured: `${figure(seconds(of('lastMs')))} s; ${best.name} ${figure(seconds(best.lastMs))} s, with a peak of ${figure(percent(best.peak), 0)} %`,
      met: of('lastMs') <= best.lastMs,
    },
  ]
  return bars
}

function samplesOf(results: Results): Record<string, readonly number[]> {
  const samples: Record<string, readonly number[]> = {}
  for (const [scenario, found] of results) {
    for (const [formula, figures] of found) {
      for (const key of HERD_KEYS) {
        samples[`${scenario}, ${formula.name}: ${key}`] = figures.map((one) => one[key])
      }
    }
  }
  return samples
}

function readPopulation(): number {
  const population = Number(process.env.STEADYWIRE_HERD ?? POPULATION)
  if (Number.isInteger(population) && population >= 1000 && population <= 5_000_000)
    return population
  throw new Error('STEADYWIRE_HERD must be a whole number from 1,000 to 5,000,000.')
}

async function run(context: Context): Promise<GroupResult> {
  const population = readPopulation()
  const results = simulateAll(context, population)
  const herd = `herd of ${population.toLocaleString('en')}`
  return {
    tables: [...results].map(([name, found], index) => tableOf(name, found, index)),
    bars: [...results].flatMap(([name, found]) => judge(name, found, herd)),
    samples: samplesOf(results),
  }
}

export const herd: Group = {
  name: 'herd',
  title: 'Many clients at once: after an outage, in a rolling deploy (simulated)',
  run,
}
