/** Why throughput is what it is: CPU profiles of Steadywire and of the minimal reader. */
import { CASES, describeCase, SMALL } from '../lib/throughput/cases.ts'
import { startFeed } from '../lib/throughput/feed.ts'
import { profileReader, profileTable, type SelfTimes } from '../lib/throughput/profile.ts'
import { scaleCase } from '../lib/throughput/scale.ts'
import type { Context, Group, GroupResult, Table } from '../lib/types.ts'

/** The readers of a stream are profiled once, so half of a measured stream is enough. */
const SHARE = 2

function addTo(samples: Record<string, readonly number[]>, reader: string, found: SelfTimes): void {
  for (const [name, micros] of found) samples[`${reader}, ${name}: µs`] = [micros]
}

async function run(context: Context): Promise<GroupResult> {
  const feed = await startFeed()
  const browser = await context.launch()
  const tables: Table[] = []
  const samples: Record<string, readonly number[]> = {}

  try {
    for (const what of CASES.filter(({ bytes, batch }) => bytes === SMALL && batch === 1)) {
      const scaled = scaleCase(what, context, SHARE)
      const own = await profileReader(browser, feed, 'steadywire', scaled)
      const minimal = await profileReader(browser, feed, 'minimal', scaled)
      tables.push(profileTable(describeCase(what), own, minimal))
      addTo(samples, `${describeCase(what)}, steadywire`, own)
      addTo(samples, `${describeCase(what)}, minimal`, minimal)
    }
  } finally {
    await feed.close()
  }
  return { tables, bars: [], samples }
}

export const profile: Group = {
  name: 'profile',
  title: 'Where the time goes: CPU profiles of the readers of a flood',
  run,
}
