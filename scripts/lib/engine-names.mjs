// The engines that the longer lanes run in.

/** By the name that an option takes: what people call it. */
export const titles = { chromium: 'Chromium', firefox: 'Firefox ESR', webkit: 'WebKitGTK' }

export const engines = Object.keys(titles)

/** @param {string} name @returns {string} */
export function checkEngine(name) {
  if (engines.includes(name)) return name
  throw new Error(`--engine must be one of ${engines.join(', ')}, not "${name}"`)
}
