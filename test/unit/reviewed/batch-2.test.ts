// Found by review: a server that gives up a POST after it has processed some of its messages.
import { expect, test } from 'vitest'
import { outcomeOf } from '../../support/fake-wire.ts'
import { QUIET, STREAMS, seqsOf, startStream } from '../upstream/http-stream.ts'

test.each(STREAMS)('beside %s, after a 503 of several a refusal is no certainty', async (name) => {
  const stream = await startStream(name, { terms: QUIET })
  const { wire, posts } = stream
  wire.send('chat', 0)
  const first = await posts.next()
  const sent = [wire.send('chat', 1), wire.send('chat', 2)]
  first.answer({ status: 400 })

  const batch = await posts.next()
  expect(seqsOf(batch.body)).toEqual([2, 3])
  batch.answer({ status: 503 }) // where the first was processed, and the store failed at the second

  const again = await posts.soon()
  again.answer({ status: 401 })
  expect(await Promise.all(sent.map(outcomeOf))).toEqual([
    { code: 'outcome-unknown' },
    { code: 'outcome-unknown' },
  ])
})
