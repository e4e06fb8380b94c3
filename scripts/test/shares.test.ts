// Shares of random cases: how they are divided, and that a share which ran less than its part is a problem.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { addUp, divide, runShare } from '../lib/shares.mjs'

const FOLDER = mkdtempSync(join(tmpdir(), 'shares-'))
afterAll(() => rmSync(FOLDER, { recursive: true }))

interface How {
  readonly onRun?: (count: number) => void
  readonly onFound?: (found: object) => void
  readonly execArgv?: string[]
  readonly signal?: AbortSignal
}

/** A process that runs this code, which knows its part of the cases, and then ends by itself. */
function runWorker(does: string, how?: How) {
  const file = join(FOLDER, 'worker.mjs')
  writeFileSync(file, `const part = Number(process.argv[3])\n${does}\nprocess.disconnect()`)
  return runShare(file, { seed: 7, part: 50, slice: 10 }, how)
}

test('shares are whole slices, all cases in them once, each with the seed of its first', () => {
  expect(divide({ runs: 25, seed: 100, workers: 2, slice: 10 })).toEqual([
    { seed: 100, part: 10, slice: 10 },
    { seed: 101, part: 15, slice: 10 },
  ])
  expect(divide({ runs: 5, seed: 100, workers: 4, slice: 10 })).toEqual([
    { seed: 100, part: 5, slice: 10 },
  ])
})

describe('a process', () => {
  test('that ran its part is well, and its reports are passed on', async () => {
    const counts: number[] = []
    const onRun = (count: number) => counts.push(count)
    const does = 'process.send({ ran: 20 }); process.send({ ran: 30 })'
    expect(await runWorker(does, { onRun })).toEqual({ ran: 50, found: [] })
    expect(counts).toEqual([20, 30])
  })

  test('that found a case may skip the rest', async () => {
    const cases: object[] = []
    const onFound = (found: object) => cases.push(found)
    const does = 'process.send({ ran: 3 }); process.send({ found: { seed: 7 } })'
    expect(await runWorker(does, { onFound })).toEqual({ ran: 3, found: [{ seed: 7 }] })
    expect(cases).toEqual([{ seed: 7 }])
  })

  test('that is stopped early is no problem', async () => {
    const stopping = new AbortController()
    const does =
      'process.send({ ran: 3 })\nawait new Promise((resolve) => setTimeout(resolve, 2 ** 30))'
    const counts: number[] = []
    const onRun = (count: number) => {
      counts.push(count)
      stopping.abort()
    }
    const { signal } = stopping
    expect(await runWorker(does, { onRun, execArgv: [], signal })).toEqual({ ran: 3, found: [] })
    expect(counts).toEqual([3])
  })

  test.each([
    ['leaves early in silence', '', 'ended with exit code 0 after 0 of 50'],
    [
      'runs less than its part',
      'process.send({ ran: 49 })',
      'ended with exit code 0 after 49 of 50',
    ],
    ['breaks', 'process.exitCode = 3', 'ended with exit code 3 after 0 of 50'],
    ['is killed', "process.kill(process.pid, 'SIGKILL')", 'ended by SIGKILL after 0 of 50'],
    [
      'breaks when all is done',
      'process.send({ ran: part }); process.exitCode = 1',
      'ended with exit code 1 after 50 of 50',
    ],
  ])('that %s says how it ended', async (_about, does, problem) => {
    expect(await runWorker(does)).toMatchObject({ problem })
  })
})

test('cases are counted, not processes', () => {
  const found = [{ seed: 1 }, { seed: 2 }]
  const outcomes = [
    { ran: 4, found },
    { ran: 6, found: [] },
  ]
  expect(addUp(outcomes, 10)).toEqual({ ran: 10, failed: 2, problems: [], isWell: false })
})

test.each([
  ['all ran', [{ ran: 10, found: [] }], true],
  ['one is missing', [{ ran: 9, found: [] }], false],
  ['a process broke at the end', [{ ran: 10, found: [], problem: 'ended' }], false],
  ['a case failed', [{ ran: 10, found: [{}] }], false],
])('%s', (_about, outcomes, isWell) => {
  expect(addUp(outcomes, 10)).toMatchObject({ isWell })
})
