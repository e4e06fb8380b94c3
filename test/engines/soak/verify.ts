/** Compares what a soak's page saw with what the server did: pure. */
import type { Backend } from '../../e2e/support/backend.ts'
import type { Journal } from '../../e2e/support/journal.ts'
import type { Status } from './recorder.ts'

export interface Truth {
  readonly journal: Pick<Journal, 'ticks' | 'processed' | 'errors'>
  readonly losses: Backend['losses']
  /** No more attempts than this in any minute. */
  readonly maxAttemptsInMinute: number
}

/** Whether no message was processed twice, or out of order, unless the server had forgotten it in between. */
export function isProcessedOnce(
  { processed }: Pick<Journal, 'processed'>,
  losses: Backend['losses'],
): boolean {
  const bounds = [0, ...losses.map((loss) => loss.processed), processed.length]
  const lives = bounds.slice(1).map((end, life) => processed.slice(bounds[life], end))
  return lives.every((life) => life.every((n, index) => index === 0 || n > (life[index - 1] ?? 0)))
}

/** What is wrong, in words. Nothing is: an empty list. */
export function findWrongs(status: Status, { journal, losses, maxAttemptsInMinute }: Truth) {
  const wrongs = [...status.wrong]
  const expect = (isSo: boolean, what: string) => {
    if (!isSo) wrongs.push(what)
  }
  const { segments } = status
  const idOf = (n: number) => journal.ticks[n - 1]?.id
  for (const { first, firstId, last, lastId } of segments) {
    expect(idOf(first) === firstId, `event ${first} has the id ${idOf(first)}, not ${firstId}`)
    expect(idOf(last) === lastId, `event ${last} has the id ${idOf(last)}, not ${lastId}`)
  }
  expect(segments[0]?.first === 1, `I3: the first event was ${segments[0]?.first}`)
  expect(status.last === journal.ticks.length, `I3: the last event was ${status.last}`)
  expect(status.gaps === losses.length, `I4: ${status.gaps} gaps for ${losses.length} losses`)

  expect(isProcessedOnce(journal, losses), 'a message was processed twice, or out of order')
  const processed = new Set(journal.processed).size
  expect(processed === status.sent, `${processed} of ${status.sent} messages were processed`)
  expect(status.settled === status.sent, `${status.settled} of ${status.sent} were settled`)

  const most = status.mostAttemptsInMinute
  expect(most <= maxAttemptsInMinute, `I8: ${most} attempts in a minute`)
  for (const error of journal.errors) wrongs.push(`the server threw ${error}`)
  return wrongs
}
