/** The list from a place on, then what is before it: so that each repeat begins with another member. */
export function rotate<T>(list: readonly T[], by: number): readonly T[] {
  const start = by % list.length
  return [...list.slice(start), ...list.slice(0, start)]
}
