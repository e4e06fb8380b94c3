// A fetchstream that is closed, at every moment.
import { describe, expect, test } from 'vitest'
import { openAlone } from './fetchstream-support.ts'

describe('close() tells nothing more, and ends the request', () => {
  const moments: readonly (readonly [string, (opened: ReturnType<typeof openAlone>) => unknown])[] =
    [
      ['at once', () => {}],
      ['before the answer', ({ settle }) => settle()],
      ['as the answer comes', async ({ fetches }) => (await fetches.next()).stream()],
      ['as a refusal comes', async ({ fetches }) => (await fetches.next()).answer({ status: 404 })],
      ['as the network fails', async ({ fetches }) => (await fetches.next()).fail()],
      [
        'in the middle of a block',
        async ({ fetches, settle }) => {
          const request = await fetches.next()
          request.stream()
          request.push('data: 1\n\nda')
          await settle()
          request.push('ta: 2\n\n')
        },
      ],
      [
        'as the stream ends',
        async ({ fetches, settle }) => {
          const request = await fetches.next()
          request.stream()
          await settle()
          request.end()
        },
      ],
    ]

  test.each(moments)('%s', async (_, reach) => {
    const opened = openAlone()
    const { sink, connection, settle, alive } = opened
    await reach(opened)
    const before = sink.log.length
    connection.close()
    connection.close()
    await settle()
    await settle()
    expect(sink.log).toHaveLength(before)
    expect(alive()).toEqual([])
  })

  test('though its body fails afterwards', async () => {
    let fail: () => void = () => {}
    const body = () =>
      new Promise<string>((_resolve, reject) => {
        fail = () => reject(new Error('late'))
      })
    const { connection, sink, settle, fetches } = openAlone({ fetchstream: { body } })
    connection.close()
    fail()
    await settle()
    expect(sink.log).toEqual([])
    expect(fetches.all).toEqual([])
  })

  test('though its body comes afterwards', async () => {
    let give: (body: string) => void = () => {}
    const body = () =>
      new Promise<string>((resolve) => {
        give = resolve
      })
    const { connection, sink, settle, fetches } = openAlone({ fetchstream: { body } })
    connection.close()
    give('late')
    await settle()
    expect(sink.log).toEqual([])
    expect(fetches.all).toEqual([])
  })

  test('from within what it tells', async () => {
    for (const name of ['opened', 'text'] as const) {
      const { connection, sink, settle, fetches, alive } = openAlone()
      sink.when(name, () => connection.close())
      const request = await fetches.next()
      request.stream()
      request.push('data: 1\n\n')
      request.push('data: 2\n\n')
      await settle()
      expect(sink.log.at(-1)?.[0]).toBe(name)
      expect(alive()).toEqual([])
    }
  })
})
