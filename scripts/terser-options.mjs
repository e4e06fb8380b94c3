// How the script-tag build and the size gate minify: readable names in the source, short ones here.

/** @type {import('@rollup/plugin-terser').Options} */
export const terserOptions = {
  module: true,
  toplevel: true,
  ecma: 2020,
  compress: { passes: 3 },
}
