// What --only picks of the lanes of npm test, and of the groups of the benchmark.

/**
 * @template {{ readonly name: string }} T
 * @param {string} kind what they are, as the error calls one
 * @param {readonly T[]} all
 * @param {string} names with commas between them
 * @returns {T[]} in the order of the names
 * @throws Error that lists all names, for a name that is none of them
 */
export function chooseByName(kind, all, names) {
  return names.split(',').map((name) => {
    const found = all.find((candidate) => candidate.name === name.trim())
    if (found) return found
    const known = all.map((candidate) => candidate.name).join(', ')
    throw new Error(`--only: there is no ${kind} "${name}". The ${kind}s are: ${known}.`)
  })
}
