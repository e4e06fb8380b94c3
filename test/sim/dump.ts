// All that a client told, as text: secrets are looked for in it.
import type { AttemptRecord } from '../../src/index.ts'

/** All that is in a value, errors and their causes included. */
export const dump = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) =>
    item instanceof Error
      ? { ...item, name: item.name, message: item.message, stack: item.stack, cause: item.cause }
      : item,
  ) ?? ''

/** What an attempt that has ended leaves stays as it is. */
const ended = new WeakMap<AttemptRecord, string>()

export const dumpAttempt = (record: AttemptRecord): string => {
  const text = ended.get(record) ?? dump(record)
  if (record.outcome === 'ended') ended.set(record, text)
  return text
}
