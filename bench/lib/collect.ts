/** Lists of what was measured, by what it was measured of. */

export function addTo<K, V>(lists: Map<K, V[]>, key: K, ...values: readonly V[]): void {
  const list = lists.get(key)
  if (list) list.push(...values)
  else lists.set(key, [...values])
}
