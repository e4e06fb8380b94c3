// How the script-tag build and the size gate minify: readable names in the source, short ones here.
// An ES module may lose top-level names too; the script tag's one global may not.

/** @type {import('@rollup/plugin-terser').Options} */
export const terserOptions = {
  ecma: 2020,
  compress: { passes: 3 },
}

/** Of an ES module that is weighed. @type {import('@rollup/plugin-terser').Options} */
export const moduleOptions = {
  ...terserOptions,
  module: true,
  toplevel: true,
  format: { comments: false },
}
