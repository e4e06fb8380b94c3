// A flood: far more than a busy page can read in the time that it takes to come.
import { block } from '../../support/dialogue.ts'
import { FLOOD, SILENT } from '../client.ts'
import { calm } from '../network.ts'
import { away, back } from './absence.ts'
import { say } from './content.ts'
import { type Blow, between, type Fault } from './fault.ts'

/** A comment of 1 MiB, and more to read than what comes in the meantime. */
const PADDING = `: ${'x'.repeat(1_048_576)}\n\n${block(SILENT, 0).repeat(6)}`
/** More than a slice of reading may take: so it takes one piece at a time. */
const LOOK_MS = 13

/** Above and below of what may be unread. */
const countOf = (amount: number) =>
  amount < 0.5 ? between(amount * 2, 2, 24) : between(amount * 2 - 1, 36, 56)

const strike = (blow: Blow) => {
  const { world, client, exchange, amount } = blow
  const { page, number } = client
  const climate = world.network.climate(number)
  away(blow)
  world.history.add({ kind: 'strained', client: number })
  page.strain(LOOK_MS)
  climate.cutChance = 0
  const text = PADDING + block(FLOOD, `${exchange?.id}`)
  // The answer to a poll is one text, however long.
  if (exchange?.transport === 'longpoll') say(blow, exchange, text.repeat(8))
  else for (let left = countOf(amount); left > 0; left--) say(blow, exchange, text)
  world.publish()
  return () => {
    page.strain(0)
    climate.cutChance = calm.cutChance
    back(blow)
  }
}

export const floodFaults: readonly Fault[] = [{ name: 'flood', needs: 'stream', strike }]
