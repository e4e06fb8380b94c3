// What the invariants are told of a page that does not run as it should.
import type { Blow } from './fault.ts'

type Where = Pick<Blow, 'world' | 'client'>

export const jolt = ({ world, client }: Where): void =>
  world.history.add({ kind: 'jolt', client: client.number })

export const away = ({ world, client }: Where): void =>
  world.history.add({ kind: 'away', client: client.number })

export const back = (where: Where): void => {
  where.world.history.add({ kind: 'back', client: where.client.number })
  jolt(where)
}
