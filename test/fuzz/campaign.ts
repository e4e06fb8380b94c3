// Many random streams in a row, the failing one shrunk; and those that failed once, kept as vectors.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { cut, decode, parse } from '../unit/protocols/parsing.ts'
import { rivalTells } from './rival.ts'
import { arbitraryCase, type Case } from './streams.ts'

/** A stream as it arrives. */
const arrivalOf = ({ text, cuts, asBytes }: Case): string =>
  asBytes ? decode(cut(new TextEncoder().encode(text), cuts)) : text

/** What we make of it in pieces, what we make of it whole, and what the rival makes of it. */
export const parseAll = (one: Case) => {
  const { text, maxBytes } = one
  const whole = parse(text, maxBytes)
  const rival = { told: rivalTells(text, maxBytes), unfinished: whole.unfinished }
  return { inPieces: parse(arrivalOf(one), maxBytes), whole, rival }
}

export const agrees = (one: Case): boolean => {
  const { inPieces, whole, rival } = parseAll(one)
  return isDeepStrictEqual(inPieces, whole) && isDeepStrictEqual(whole, rival)
}

/** Runs so many streams of one seed, or those up to one that is parsed differently: that is shrunk. */
export const runCampaign = (seed: number, runs: number) => {
  const checked = fc.check(fc.property(arbitraryCase, agrees), { seed, numRuns: runs })
  return { ran: checked.numRuns, counterexample: checked.counterexample?.[0] }
}

const folder = join(import.meta.dirname, 'regressions')

/** Keeps a stream that failed, so that every run of the tests replays it. Answers the file's name. */
export const keepRegression = (one: Case): string => {
  const text = `${JSON.stringify(one, undefined, 2)}\n`
  const name = `${createHash('sha256').update(text).digest('hex').slice(0, 12)}.json`
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), text)
  return name
}

/** All that were kept, by file name. */
export const readRegressions = (): readonly (readonly [string, Case])[] =>
  (existsSync(folder) ? readdirSync(folder) : [])
    .filter((name) => name.endsWith('.json'))
    .map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8')) as Case])
