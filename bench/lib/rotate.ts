/** The list from that place on, and then what is before it: so that each repeat begins with another one. */
export const rotate = <T>(list: readonly T[], by: number): readonly T[] => {
  const at = by % list.length
  return [...list.slice(at), ...list.slice(0, at)]
}
