// The engines that the longer lanes run in.

/** The engines' titles, by the names that an option takes. @type {Readonly<Record<string, string>>} */
export const TITLES = { chromium: 'Chromium', firefox: 'Firefox ESR', webkit: 'WebKitGTK' }

export const ENGINES = Object.keys(TITLES)

/** @param {string} name @returns {string} */
export function checkEngine(name) {
  if (ENGINES.includes(name)) return name
  throw new Error(`--engine must be one of ${ENGINES.join(', ')}, not "${name}"`)
}
