// Found by review: a server whose polls begin with the event that the cursor names.
import { expect, test } from 'vitest'
import { longpoll } from '../../../src/index.ts'
import { startPlain } from '../../support/fake-wire.ts'

test('plain, with resume: an event that the next poll repeats comes once', async () => {
  const { polls, got, advance, told } = startPlain({
    transports: [longpoll],
    plainly: { resume: 'query' },
  })
  const event = (n: number) => `id: e-${n}\ndata: ${n}\n\n`
  for (const body of [event(1), event(1), event(1) + event(2), event(2)]) {
    ;(await polls.next()).answer({ body })
    await advance(1000)
  }
  expect(got).toEqual([1, 2])
  expect(told('error')).toMatchObject([{ code: 'protocol' }])
})
