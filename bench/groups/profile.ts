/** Why throughput is what it is: CPU profiles of Steadywire and of the minimal reader. */
import { startFeed } from '../lib/throughput/feed.ts'
import { profileReader, profileTable, type SelfTimes } from '../lib/throughput/profile.ts'
import type { Context, Group, GroupResult, Table } from '../lib/types.ts'
import { cases, describe, SMALL, shareOf } from './throughput.ts'

const named = (prefix: string, times: SelfTimes) =>
  [...times].map(([name, micros]) => [`${prefix}, ${name}: µs`, [micros]] as const)

async function run(context: Context): Promise<GroupResult> {
  const feed = await startFeed()
  const browser = await context.launch()
  const tables: Table[] = []
  const samples: (readonly [string, readonly number[]])[] = []
  try {
    for (const what of cases.filter(({ bytes, batch }) => bytes === SMALL && batch === 1)) {
      const scaled = { ...what, count: what.count / shareOf(context) }
      const own = await profileReader(browser, feed, 'steadywire', scaled)
      const minimal = await profileReader(browser, feed, 'minimal', scaled)
      tables.push(profileTable(describe(what), own, minimal))
      samples.push(...named(`${describe(what)}, steadywire`, own))
      samples.push(...named(`${describe(what)}, minimal`, minimal))
    }
  } finally {
    await feed.close()
  }
  return { tables, bars: [], samples: Object.fromEntries(samples) }
}

export const profile: Group = {
  name: 'profile',
  title: 'Where the time goes: CPU profiles of the readers of a flood',
  run,
}
