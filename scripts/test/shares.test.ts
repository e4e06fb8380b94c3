// Shares of random cases: how they are cut, and that none which ran less than its part passes for well.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { addUp, divide, runShare } from '../lib/shares.mjs'

const folder = mkdtempSync(join(tmpdir(), 'shares-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A process that does this, given its part of the cases, and then ends by itself. */
const runWorker = (does: string, how?: Parameters<typeof runShare>[2]) => {
  const file = join(folder, 'worker.mjs')
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
  test('that ran its part is well, and its news are told', async () => {
    expect(await runWorker('process.send({ ran: 20 }); process.send({ ran: 30 })')).toEqual({
      ran: 50,
      found: [],
    })
  })

  test('that found a case may leave the rest', async () => {
    const does = 'process.send({ ran: 3 }); process.send({ found: { seed: 7 } })'
    expect(await runWorker(does)).toEqual({ ran: 3, found: [{ seed: 7 }] })
  })

  test('that is stopped before its time is no problem', async () => {
    const stopping = new AbortController()
    const does =
      'process.send({ ran: 3 })\nawait new Promise((resolve) => setTimeout(resolve, 2 ** 30))'
    const told: object[] = []
    const hear = (news: object) => {
      told.push(news)
      stopping.abort()
    }
    expect(await runWorker(does, { hear, execArgv: [], signal: stopping.signal })).toEqual({
      ran: 3,
      found: [],
    })
    expect(told).toEqual([{ ran: 3 }])
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
  expect(
    addUp(
      [
        { ran: 4, found },
        { ran: 6, found: [] },
      ],
      10,
    ),
  ).toEqual({
    ran: 10,
    failed: 2,
    problems: [],
    isWell: false,
  })
})

test.each([
  ['all ran', [{ ran: 10, found: [] }], true],
  ['one is missing', [{ ran: 9, found: [] }], false],
  ['a process broke at the end', [{ ran: 10, found: [], problem: 'ended' }], false],
  ['a case failed', [{ ran: 10, found: [{}] }], false],
])('%s', (_about, outcomes, isWell) => {
  expect(addUp(outcomes, 10)).toMatchObject({ isWell })
})
