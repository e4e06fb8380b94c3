// What the invariants are told of a page that does not run as it should.
import type { Blow } from './fault.ts'

export const jolt = ({ world, client }: Blow): void =>
  world.history.add({ kind: 'jolt', client: client.number })

export const away = ({ world, client }: Blow): void =>
  world.history.add({ kind: 'away', client: client.number })

export const back = (blow: Blow): void => {
  blow.world.history.add({ kind: 'back', client: blow.client.number })
  jolt(blow)
}
