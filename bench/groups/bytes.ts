/** Group 1: what a page downloads, parses and runs to connect, listen and send, with each client. */
import { WHOLE } from '../../scripts/lib/size/applications.mjs'
import { type Bundle, bundle } from '../lib/bytes/bundle.ts'
import { ENTRIES } from '../lib/bytes/entries.ts'
import { type ScriptTimes, startScriptHost, timeScript } from '../lib/bytes/script-page.ts'
import { rotate } from '../lib/rotate.ts'
import { figure, spread } from '../lib/stats.ts'
import type { Bar, Context, Group, GroupResult, Table } from '../lib/types.ts'

const WHOLE_NAME = 'Steadywire whole'
/** At least, in a full run: what is measured takes a few milliseconds. */
const ROUNDS = 7

type Times = ReadonlyMap<string, readonly ScriptTimes[]>

async function bundleAll(context: Context): Promise<readonly Bundle[]> {
  const bundles: Bundle[] = []
  for (const entry of ENTRIES) bundles.push(await bundle(entry))
  context.progress(`${bundles.length} applications bundled`)
  return bundles
}

/** In turns: each round runs each script once, and begins with another one. */
async function timeAll(context: Context, bundles: readonly Bundle[]): Promise<Times> {
  const browser = await context.launch()
  const host = await startScriptHost()
  const times = new Map<string, ScriptTimes[]>(bundles.map(({ name }) => [name, []]))
  const rounds = context.quick ? context.repeats : Math.max(ROUNDS, context.repeats)

  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const { name, script } of rotate(bundles, round)) {
        // The comment differs, so that no round finds the script compiled by another.
        const measured = await timeScript(browser, host, `${script}//${round}`).catch((cause) => {
          throw new Error(`${name} could not be measured`, { cause })
        })
        times.get(name)?.push(measured)
      }
      context.progress(`round ${round + 1} of ${rounds}`)
    }
  } finally {
    await host.close()
  }
  return times
}

const count = (value: number) => value.toLocaleString('en')

const msOf = (times: Times, name: string, key: keyof ScriptTimes) =>
  (times.get(name) ?? []).map((measured) => measured[key])

/** The other clients that negotiate: their names, with the verb. */
function smallerThanWhole(bundles: readonly Bundle[]): string {
  const most = bundles.find(({ name }) => name === WHOLE_NAME)?.gzipBytes ?? Number.NaN
  const names = bundles
    .filter(({ negotiates, gzipBytes }) => negotiates && gzipBytes < most)
    .map(({ name }) => name)
  return names.length > 1 ? `${names.join(' and ')} are` : `${names[0] ?? 'none'} is`
}

function sizeNote(bundles: readonly Bundle[]): string {
  return `* negotiates: falls back to another transport when the network fails one, not only where the browser has no such constructor. \
Of those, ${smallerThanWhole(bundles)} smaller than the whole of Steadywire. nchan knows WebSocket, EventSource and polling, but does not negotiate in \
this sense, though it is smaller still: it takes another transport only where a constructor is missing. \
The smallest application of each client, bundled by esbuild, minified by terser with the same options, gzip level 9, brotli 11. Steadywire is bundled by rollup instead, \
as "npm run size" does: about half a percent less. \
Parse and run: main-thread time of an inline script, minified by esbuild, in a page of its own. Connect: of the calls that connect, listen and send, \
with what they make the browser do at once; some clients open their connection only in a later turn, which is not counted.`
}

function sizeTable(bundles: readonly Bundle[], times: Times): Table {
  const whole = bundles.find(({ name }) => name === WHOLE_NAME)
  const share = (value: number) => `${figure(value / (whole?.gzipBytes ?? Number.NaN), 2)} ×`

  return {
    title: 'Connect, listen and send: bytes, and time to parse and run',
    columns: [
      'client',
      'min B',
      'gzip B',
      'brotli B',
      'gzip, to whole',
      'parse and run, ms',
      'connect, ms',
    ],
    rows: bundles.map(({ name, minBytes, gzipBytes, brotliBytes, negotiates }) => [
      negotiates ? `${name} *` : name,
      count(minBytes),
      count(gzipBytes),
      count(brotliBytes),
      share(gzipBytes),
      spread(msOf(times, name, 'runMs')),
      spread(msOf(times, name, 'connectMs')),
    ]),
    note: sizeNote(bundles),
  }
}

function judge(bundles: readonly Bundle[]): readonly Bar[] {
  const sizeOf = (wanted: string) =>
    bundles.find(({ name }) => name === wanted)?.gzipBytes ?? Number.NaN
  const whole = sizeOf(WHOLE_NAME)
  const [smallest] = bundles
    .filter(({ negotiates, own }) => negotiates && !own)
    .sort((a, b) => a.gzipBytes - b.gzipBytes)
  if (!smallest) throw new Error('There is no client that negotiates to compare with.')

  return [
    {
      figure: 'whole client, gzip',
      bar: `≤ ${count(WHOLE.gateBytes)} B`,
      measured: `${count(whole)} B`,
      met: whole <= WHOLE.gateBytes,
    },
    {
      figure: 'whole client, gzip',
      bar: 'smaller than every client that negotiates',
      measured: `${count(whole)} B; smallest: ${smallest.name}, ${count(smallest.gzipBytes)} B`,
      met: whole < smallest.gzipBytes,
    },
  ]
}

async function run(context: Context): Promise<GroupResult> {
  const bundles = await bundleAll(context)
  const times = await timeAll(context, bundles)
  const samples = bundles.flatMap(({ name, minBytes, gzipBytes, brotliBytes }) => [
    [`${name}: minBytes`, [minBytes]] as const,
    [`${name}: gzipBytes`, [gzipBytes]] as const,
    [`${name}: brotliBytes`, [brotliBytes]] as const,
    [`${name}: runMs`, msOf(times, name, 'runMs')] as const,
    [`${name}: connectMs`, msOf(times, name, 'connectMs')] as const,
  ])

  return {
    tables: [sizeTable(bundles, times)],
    bars: judge(bundles),
    samples: Object.fromEntries(samples),
  }
}

export const bytes: Group = {
  name: 'bytes',
  title: 'Bytes to download, time to parse and run',
  needsPeers: true,
  run,
}
