/** What a run leaves in test-results. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem, type } from 'node:os'
import type { Group, GroupResult } from './types.ts'

export const FOLDER = 'test-results'

/** Written by a run itself: changes of these are no changes of the commit. */
const DOCUMENTS = [':!docs/benchmarks.md', ':!README.md']

export interface Machine {
  readonly steadywire: string
  readonly commit: string
  readonly chromium: string
  readonly node: string
  readonly system: string
  readonly cpu: string
  readonly memoryGiB: number
  readonly peers: Readonly<Record<string, string>>
}

export type Result = GroupResult & Pick<Group, 'name' | 'title'>

export interface RunRecord {
  readonly startedAt: string
  /** Until the last of `results`. */
  readonly seconds: number
  readonly mode: 'full' | 'quick' | 'smoke'
  /** Whether all groups were chosen. */
  readonly all: boolean
  readonly repeats: number
  readonly machine: Machine
  readonly results: readonly Result[]
}

export const isFull = ({ mode, all }: Pick<RunRecord, 'mode' | 'all'>) => mode === 'full' && all

const git = (...args: string[]) =>
  execFileSync('git', [...args, '--', '.', ...DOCUMENTS], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()

function describeCommit(): string {
  try {
    const commit = git('log', '-1', '--format=%h')
    const changes = git('status', '--porcelain', '--untracked-files=no')
    return changes ? `${commit} with changes` : commit
  } catch {
    return 'unknown'
  }
}

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'))

/** What the figures depend on. */
export const describeMachine = (chromium: string): Machine => ({
  steadywire: read('package.json').version,
  commit: describeCommit(),
  chromium,
  node: process.versions.node,
  system: type(),
  cpu: `${cpus().length} × ${cpus()[0]?.model.trim()}`,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  peers: read('bench/package.json').dependencies,
})

/** JSON has no Infinity, the value of what never came: it becomes "none". */
export const toJson = (record: RunRecord): string =>
  JSON.stringify(record, (_, value) => (value === Infinity ? 'none' : value), 1)

/** @returns where it is */
export function writeRecord(name: string, record: RunRecord): string {
  const file = `${FOLDER}/${name}.json`
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(file, toJson(record))
  return file
}

/** A name that the next run does not overwrite. */
export const datedName = ({ startedAt }: RunRecord) =>
  `bench-${startedAt.slice(0, 19).replaceAll(':', '')}`
