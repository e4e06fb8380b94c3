/** Counts what the frames and bodies of one connection bring. */
import type { Outcome } from '../downstream/delivery.ts'

/** Bodies in a row of which the codec refused everything: the server is not what the page takes it for. */
const MAX_LOST_BODIES = 3

export interface Tally {
  add(outcome: Outcome): void
  /** The frame or body was read: returns how many new events it brought, and whether there is no use in going on. */
  end(isBody: boolean): { readonly events: number; readonly isUseless: boolean }
}

export const createTally = (): Tally => {
  let events = 0
  let lost = 0
  let lostBodies = 0 // in a row

  return {
    add(outcome) {
      if (outcome !== 'repeated') events++
      if (outcome === 'lost') lost++
    },
    end(isBody) {
      if (events) lostBodies = isBody && lost === events ? lostBodies + 1 : 0
      const result = { events, isUseless: lostBodies >= MAX_LOST_BODIES }
      events = lost = 0
      return result
    },
  }
}
