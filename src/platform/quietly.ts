/** What an application's own parts, or a page's storage, may throw, where nobody can be helped by it. */
export const quietly = <T>(act: () => T): T | undefined => {
  try {
    return act()
  } catch {
    return undefined
  }
}
